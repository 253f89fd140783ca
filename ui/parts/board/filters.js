// The bar above the columns: search, chips, order, help.
import { computed, inject } from "vue";
import { Icon } from "./icons.js";
import Pick from "./pick.js";
import { SORTS } from "./store.js";

export default {
  components: { Icon, Pick },
  template: `
    <div class="vb-tools" role="search" :aria-label="words.say('filters')">
      <label class="vb-search"><Icon name="search" /><span class="vb-sr">{{ words.say('search') }}</span>
        <input ref="search" v-model="filters.text" type="search" :placeholder="words.say('search')" autocomplete="off" @keydown.esc.stop="leaveSearch">
      </label>
      <button v-for="flag in flags" :key="flag.name" type="button" class="vb-chip" :class="[filters[flag.name] && 'vb-chip--on', flag.tone && flag.count && 'vb-chip--' + flag.tone]"
         :aria-pressed="filters[flag.name]" @click="filters[flag.name] = !filters[flag.name]">{{ words.say(flag.name) }}<b>{{ words.number(flag.count) }}</b></button>
      <Pick :words="words" icon="person" :label="words.say('person')" :options="people" v-model:value="filters.person" />
      <Pick :words="words" icon="company" :label="words.say('company')" :options="companies" v-model:value="filters.company" />
      <button v-if="store.filtered.value" type="button" class="vb-chip vb-chip--clear" @click="store.clear()"><Icon name="close" />{{ words.say('clear') }}</button>
      <span class="vb-space"></span>
      <span class="vb-total" aria-live="polite">{{ total }}</span>
      <label class="vb-sort"><Icon name="sort" /><span class="vb-sr">{{ words.say('sort') }}</span>
        <select v-model="filters.sort"><option v-for="sort in sorts" :key="sort" :value="sort">{{ words.say('sort_' + sort) }}</option></select></label>
      <a class="vb-round" :href="board.about" :aria-label="words.say('about')" :title="words.say('about')"><Icon name="flow" /></a>
      <button type="button" class="vb-round" :aria-label="words.say('help')" :title="words.say('help') + ' (?)'" @click="board.help()"><Icon name="keys" /></button>
    </div>`,
  setup() {
    const board = inject("board");
    const { store, words } = board;
    const counted = (key, text) => computed(() => {
      const counts = new Map();
      for (const card of store.cards.values()) if (card[key]) counts.set(card[key], [text(card), (counts.get(card[key])?.[1] ?? 0) + 1]);
      return [...counts].map(([id, [name, count]]) => ({ id, text: name, count })).sort((a, b) => a.text.localeCompare(b.text));
    });
    return {
      board, store, words, filters: store.filters, sorts: SORTS,
      flags: computed(() => {
        const counts = store.counts.value;
        const all = [{ name: "mine", count: counts.mine }, { name: "overdue", count: counts.overdue, tone: "late" }, { name: "idle", count: counts.idle, tone: "soon" }];
        if (counts.attention || store.filters.attention) all.push({ name: "attention", count: counts.attention, tone: "late" });
        return all;
      }),
      people: counted("responsible", (card) => store.people.get(card.responsible)?.name ?? card.responsible),
      companies: counted("company_id", (card) => card.company ?? ""),
      total: computed(() => {
        const open = store.shown.value.filter((card) => card.status === "open");
        const sum = open.reduce((total, card) => total + Number(card.amount ?? 0), 0);
        return `${words.plural("deals", open.length)} · ${words.money(sum)}`;
      }),
      leaveSearch(event) { store.filters.text = ""; event.target.blur(); },
    };
  },
};
