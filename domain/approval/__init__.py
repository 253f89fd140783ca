"""The approval smart-process «Согласование»: several people decide on documents, in steps. Pure, like deals.

`definition` is what a pipeline's rule asks for, `state` the approval itself, `decide` and `evolve` its life.
"""
