// One stage: its head with count and sum, quick adding where deals begin, and as many cards as are looked at.
import { computed, inject, onBeforeUnmount, onMounted, ref } from "vue";
import Card from "./card.js";
import { drop } from "./drag.js";
import QuickAdd from "./quick_add.js";
import { isIdle, isLate } from "./store.js";

const STEP = 40; // cards that are drawn at once; more come as one scrolls

export default {
  components: { Card, QuickAdd },
  directives: { drop },
  props: { column: Object, hue: String },
  template: `
    <section class="vb-column" :class="'vb-column--' + stage.kind" :style="{ '--stage': hue }" :data-column="stage.id" :aria-label="title">
      <header class="vb-head">
        <h2 :title="hint">{{ title }}</h2><span class="vb-number" :title="words.plural('deals', column.cards.length)">{{ words.number(column.cards.length) }}</span>
        <div class="vb-sum">{{ words.money(column.sum) }}</div>
        <div class="vb-bar" aria-hidden="true"><i v-for="(part, name) in parts" :key="name" :class="'vb-bar--' + name" :style="{ flexGrow: part }" :title="words.say('part_' + name, { count: part })"></i></div>
      </header>
      <QuickAdd v-if="stage.adds" />
      <div ref="scroller" class="vb-scroll">
        <p v-if="!column.cards.length" class="vb-none">{{ words.say(stage.kind === 'open' ? 'emptyColumn' : 'emptyClosed') }}</p>
        <ul class="vb-cards" role="list" :aria-label="title" v-drop="{ stage: stage.id, board }"><Card v-for="card in drawn" :key="card.id" :card="card" :tabbable="card.id === entry" /></ul>
        <div ref="end" class="vb-end"><button v-if="rest" type="button" @click="more">{{ words.say('showMore', { count: rest }) }}</button></div>
      </div>
    </section>`,
  setup(props) {
    const board = inject("board");
    const { words, store } = board;
    const [limit, scroller, end] = [ref(STEP), ref(null), ref(null)];
    const stage = computed(() => props.column.stage);
    // whatever is scrolled to, or has the focus, is drawn however far down it stands
    const reach = computed(() => {
      const wanted = [board.focused.value, store.revealed.value];
      return Math.max(limit.value, 1 + props.column.cards.findLastIndex((card) => wanted.includes(card.id)));
    });
    const more = () => { limit.value += STEP; };
    let watcher = null;
    onMounted(() => {
      const seen = ([{ isIntersecting }]) => { if (isIntersecting && limit.value < props.column.cards.length) more(); };
      watcher = new IntersectionObserver(seen, { root: scroller.value, rootMargin: "800px" });
      watcher.observe(end.value);
    });
    onBeforeUnmount(() => watcher.disconnect());
    return {
      board, words, scroller, end, stage, more,
      // Tab goes from column to column; within one the arrows go on from the card that was last looked at
      entry: computed(() => {
        const looked = board.focused.value;
        return props.column.cards.some((card) => card.id === looked) ? looked : props.column.cards[0]?.id;
      }),
      title: computed(() => words.text(stage.value.title)),
      hint: computed(() => words.text(stage.value.hint)),
      drawn: computed(() => props.column.cards.slice(0, reach.value)),
      rest: computed(() => Math.max(0, props.column.cards.length - reach.value)),
      parts: computed(() => {
        const found = { late: 0, none: 0, ok: 0 };
        for (const card of props.column.cards) found[isLate(card, store.now.value) ? "late" : isIdle(card) ? "none" : "ok"] += 1;
        return found;
      }),
    };
  },
};
