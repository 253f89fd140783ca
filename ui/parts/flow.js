// The diagram of a pipeline: stages from top to bottom, moves made by themselves as arcs beside them, deals
// handed over to and from other pipelines as dashed boxes. Texts are bound by the template, so none is markup.
export default {
  template: `
    <div class="flow" ref="box" role="group" :aria-label="labels.title">
      <svg class="flow-arcs" :width="gutter" :height="height" aria-hidden="true">
        <defs><marker id="flow-head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M0 0 8 4 0 8z" class="flow-head"></path></marker></defs>
        <path v-for="arc in arcs" :key="arc.key" :d="arc.d" class="flow-arc" :class="{ back: arc.back }"
              marker-end="url(#flow-head)"></path>
      </svg>
      <div class="flow-list" ref="list">
        <a v-for="one in cameFrom" :key="one.pipeline" class="flow-other" :href="'/pipelines/' + one.pipeline">
          {{ labels.from }} «{{ one.title }}»</a>
        <div v-for="stage in stages" :key="stage.id" class="flow-row">
          <a class="flow-stage" :class="'flow-' + stage.kind" :href="'#stage-' + stage.id" :ref="el => keep(stage.id, el)">
            <span class="grow wrap">{{ stage.title }}</span>
            <span v-if="stage.deals" class="flow-count" :aria-label="stage.said">{{ stage.deals }}</span>
          </a>
          <span v-for="out in stage.opens" :key="out.pipeline" class="flow-out">
            <span aria-hidden="true">→</span>
            <a class="flow-other" :href="'/pipelines/' + out.pipeline">{{ out.title }}</a>
          </span>
        </div>
      </div>
    </div>`,
  props: { stages: Array, moves: Array, cameFrom: Array, labels: Object },
  data() {
    return { arcs: [], height: 0, gutter: 120 };
  },
  created() {
    this.drawn = new Map();
  },
  mounted() {
    this.watching = new ResizeObserver(() => this.measure());
    this.watching.observe(this.$refs.list);
    this.measure();
  },
  unmounted() {
    this.watching.disconnect();
  },
  methods: {
    keep(id, element) {
      if (element) this.drawn.set(id, element);
    },
    measure() {
      const top = this.$refs.box.getBoundingClientRect().top;
      const middle = (id) => {
        const box = this.drawn.get(id)?.getBoundingClientRect();
        return box ? box.top - top + box.height / 2 : null;
      };
      this.height = this.$refs.list.offsetHeight;  // not the box's: the arcs would stretch it, and themselves
      this.gutter = !this.moves.length ? 0 : window.innerWidth < 760 ? 56 : 120;
      const right = this.gutter - 2;
      this.arcs = this.moves.flatMap((move, number) => {
        const from = middle(move.from), to = middle(move.to);
        if (from === null || to === null) return [];
        const shift = (number % 3) * 5 - 5;
        const bend = Math.min(this.gutter - 10, 18 + Math.abs(to - from) * 0.22);
        const d = `M${right} ${from + shift} C${right - bend} ${from + shift} ${right - bend} ${to + shift} ${right} ${to + shift}`;
        return [{ key: `${move.from}-${move.to}`, d, back: to < from }];
      });
    },
  },
};
