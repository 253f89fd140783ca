"""The pages people work in: a client of the API in the same process, drawn by NiceGUI."""
