// The board: columns of cards fed by a snapshot over HTTP and by small changes over the page's socket.
import { computed, nextTick, onBeforeUnmount, onMounted, provide, ref, shallowRef } from "vue";
import Column from "./column.js";
import { drop } from "./drag.js";
import Filters from "./filters.js";
import Help from "./help.js";
import { Icon } from "./icons.js";
import { keyHandler } from "./keys.js";
import Menu from "./menu.js";
import { cardOf, shake, travel } from "./motion.js";
import { createStore } from "./store.js";
import { createWords } from "./words.js";

const OPEN_COLOURS = ["#5b6b86", "#0284c7", "#4f46e5", "#7c3aed", "#c026d3", "#d97706", "#0d9488", "#65a30d", "#ea580c", "#0891b2"];
const CLOSED_COLOURS = { won: "#15803d", lost: "#c22f26" };

export default {
  components: { Column, Filters, Help, Icon, Menu },
  directives: { drop },
  props: { url: String, about: String, me: String, lang: String, zone: String, now: Number, labels: Object },
  emits: ["move", "add"],
  template: `
    <div ref="root" class="vb" :class="dragged && 'vb--dragging'">
      <Filters ref="tools" />
      <nav v-if="store.state.value === 'ready'" class="vb-tabs" :aria-label="words.say('stages')">
        <button v-for="column in visible" :key="column.stage.id" type="button" :class="column.stage.id === tab && 'here'" @click="goTo(column.stage.id)">{{ words.text(column.stage.title) }} <b>{{ column.cards.length }}</b></button>
      </nav>
      <div v-if="store.state.value === 'loading'" class="vb-lane" aria-busy="true" :aria-label="words.say('loading')">
        <section v-for="n in 5" :key="n" class="vb-column vb-column--wait" aria-hidden="true"><div class="skeleton"></div><div v-for="m in 5 - n % 3" :key="m" class="skeleton vb-wait"></div></section>
      </div>
      <div v-else-if="store.state.value === 'failed'" class="vb-message" role="alert"><p>{{ words.say('failed') }}</p><button type="button" class="vb-primary" @click="retry">{{ words.say('retry') }}</button></div>
      <div v-else ref="lane" class="vb-lane" @scroll.passive="scrolled">
        <Column v-for="column in visible" :key="column.stage.id" :column="column" :hue="hueOf(column.stage)" />
        <button type="button" class="vb-fold" :aria-expanded="store.filters.closed" @click="foldClosed">
          <Icon :name="store.filters.closed ? 'left' : 'right'" /><span>{{ words.say(store.filters.closed ? 'foldClosed' : 'closedDeals') }}</span>
          <b v-if="!store.filters.closed" class="vb-won">{{ closed.won }}</b><b v-if="!store.filters.closed" class="vb-lost">{{ closed.lost }}</b>
        </button>
        <div v-if="message" class="vb-message vb-message--over"><p>{{ words.say(message) }}</p>
          <button v-if="message === 'empty'" type="button" class="vb-primary" @click="add">{{ words.say('add') }}</button>
          <button v-else type="button" class="vb-primary" @click="store.clear()">{{ words.say('clear') }}</button></div>
      </div>
      <div class="vb-zones" :class="dragged && 'vb-zones--shown'" aria-hidden="true">
        <div v-for="stage in endings" :key="stage.id" class="vb-zone" :style="{ '--stage': hueOf(stage) }"><Icon :name="stage.kind === 'won' ? 'won' : 'close'" /><span>{{ words.text(stage.title) }}</span><ul v-drop="{ stage: stage.id, board }"></ul></div>
      </div>
      <div class="vb-sr" role="status" aria-live="assertive">{{ said }}</div>
      <div v-if="unheard" class="vb-unheard" aria-hidden="true">{{ words.say('unheard') }}</div>
      <Menu v-if="menu && store.cards.has(menu.id)" :key="menu.id" :card="store.cards.get(menu.id)" :at="menu.at" />
      <Help v-if="helping" />
    </div>`,
  setup(props, { emit }) {
    const words = createWords(props);
    const store = createStore(props);
    const [root, lane, tools] = [ref(null), ref(null), ref(null)];
    const [dragged, said, tab, focused] = [ref(null), ref(""), ref(null), ref(null)];
    const unheard = ref(false);
    let forgetting = 0;
    const [menu, helping, adding, added] = [shallowRef(null), ref(false), ref(false), shallowRef({ ok: true })];
    store.moving = (ids, run) => travel(root.value, ids, run);
    store.reveal = (id) => nextTick(() => cardOf(root.value, id)?.scrollIntoView({ block: "nearest", inline: "nearest" }));

    const columns = store.columns;
    const visible = computed(() => columns.value.filter((column) => column.stage.kind === "open" || store.filters.closed));
    const endings = computed(() => store.stages.value.filter((stage) => stage.kind !== "open"));
    const closed = computed(() => {
      const found = { won: 0, lost: 0 };
      for (const column of columns.value) if (column.stage.kind !== "open") found[column.stage.kind] += column.cards.length;
      return found;
    });
    const message = computed(() => {
      if (store.state.value !== "ready" || adding.value || visible.value.some((column) => column.cards.length)) return null;
      return store.filtered.value ? "noneFound" : store.cards.size ? null : "empty";
    });

    const stageOf = (id) => store.stages.value.find((stage) => stage.id === id);
    const hueOf = (stage) => CLOSED_COLOURS[stage.kind] ?? OPEN_COLOURS[store.stages.value.indexOf(stage) % OPEN_COLOURS.length];
    function tell(text) { said.value = ""; nextTick(() => { said.value = text; }); }

    /** Asks for a move. What is certain to be asked about first (a loss's reason) is not shown as done. */
    function moveTo(id, to) {
      closeMenu();
      const card = store.cards.get(id);
      const stage = stageOf(to);
      if (!card || !stage || card.stage === to) return;
      if (window.socket?.connected === false) return stay(id); // told later, it might be news of long ago
      if (!stage.reason) store.moving([id], () => store.anticipate(id, to));
      tell(words.say("moving", { title: card.title, stage: words.text(stage.title) }));
      emit("move", { id, to, from: card.stage, closed: card.status !== "open", title: card.title });
      keepFocus(id);
    }

    function stay(id) {
      shake(root.value, id);
      unheard.value = true;
      clearTimeout(forgetting);
      forgetting = setTimeout(() => { unheard.value = false; }, 6000);
      tell(words.say("unheard"));
      keepFocus(id);
    }

    // An answer that comes late takes the cursor from nobody who has gone on to type or choose elsewhere.
    function keepFocus(id) {
      const at = document.activeElement;
      const free = !at || at === document.body || at.closest(".vb-card");
      if (focused.value === id && free) nextTick(() => linkOf(id)?.focus({ preventScroll: true }));
    }

    const linkOf = (id) => root.value && cardOf(root.value, id)?.querySelector(".vb-link");

    // keyboard
    function place() {
      const at = visible.value.findIndex((column) => column.cards.some((card) => card.id === focused.value));
      return at < 0 ? null : { at, row: visible.value[at].cards.findIndex((card) => card.id === focused.value) };
    }
    function focus(id) {
      focused.value = id;
      nextTick(() => { linkOf(id)?.focus(); linkOf(id)?.closest(".vb-card").scrollIntoView({ block: "nearest", inline: "nearest" }); });
    }
    const onCard = () => document.activeElement?.closest?.(".vb-card") && place();
    function step(across, down) {
      const free = document.activeElement === document.body;
      if (!free && !onCard()) return false;
      const from = place();
      if (!from || free) { const first = visible.value.find((column) => column.cards.length); if (first) focus(focused.value && from ? focused.value : first.cards[0].id); return true; }
      let at = from.at;
      do at += across; while (across && visible.value[at] && !visible.value[at].cards.length);
      const cards = visible.value[at]?.cards;
      if (cards) focus(cards[Math.max(0, Math.min(cards.length - 1, from.row + down))].id);
      return true;
    }
    function edge(end) {
      const from = onCard();
      if (from) focus(visible.value[from.at].cards.at(end).id);
      return Boolean(from);
    }
    function shift(way) {
      const card = onCard() && store.cards.get(focused.value);
      if (!card || card.status !== "open") return false;
      const open = store.stages.value.filter((stage) => stage.kind === "open" && !stage.retired);
      const target = open[open.findIndex((stage) => stage.id === card.stage) + way];
      if (target) moveTo(card.id, target.id);
      return true;
    }
    function openMenu(id, beside) { menu.value = { id, at: beside.getBoundingClientRect() }; focused.value = id; }
    function closeMenu() {
      if (!menu.value) return;
      const { id } = menu.value;
      menu.value = null;
      nextTick(() => linkOf(id)?.focus({ preventScroll: true }));
    }
    function add() {
      const start = store.stages.value.find((stage) => stage.adds);
      if (!start) return false;
      adding.value = true;
      nextTick(() => root.value.querySelector(`[data-column="${CSS.escape(start.id)}"]`)?.scrollIntoView({ inline: "nearest", block: "nearest" }));
      return true;
    }
    const keys = keyHandler({
      step, edge, shift, add,
      busy: () => Boolean(menu.value || helping.value),
      menu() { const link = onCard() && linkOf(focused.value); if (link) openMenu(focused.value, link.closest(".vb-card")); return Boolean(link); },
      search: () => tools.value.$refs.search.focus() ?? true,
      help: () => { helping.value = true; },
    });

    function foldClosed() {
      store.filters.closed = !store.filters.closed;
      nextTick(() => lane.value.scrollTo({ left: store.filters.closed ? lane.value.scrollWidth : 0, behavior: "smooth" }));
    }

    // phone: one column a swipe, with tabs
    const columnOf = (id) => lane.value?.querySelector(`[data-column="${CSS.escape(id)}"]`);
    const goTo = (id) => columnOf(id)?.scrollIntoView({ inline: "start", block: "nearest", behavior: "smooth" });
    function scrolled() {
      const middle = lane.value.getBoundingClientRect().left + lane.value.clientWidth / 3;
      const here = [...lane.value.querySelectorAll(".vb-column")].find((element) => element.getBoundingClientRect().right > middle);
      if (!here || tab.value === here.dataset.column) return;
      tab.value = here.dataset.column;
      nextTick(() => root.value?.querySelector(".vb-tabs .here")?.scrollIntoView({ inline: "center", block: "nearest" }));
    }

    const board = {
      store, words, emit, about: props.about, focused, adding, added, openMenu, closeMenu, moveTo, hueOf, add,
      help: () => { helping.value = true; },
      closeHelp() { helping.value = false; },
      stopAdding() { adding.value = false; },
      hover(id) { store.held.hovered = id; if (!id) store.flush(); },
      dragStarted(id) {
        store.held.dragging = true;
        requestAnimationFrame(() => { dragged.value = id; }); // a browser ends a drag whose start changes the page
      },
      dragEnded(id, from, to) {
        store.held.dragging = false;
        requestAnimationFrame(() => { dragged.value = null; });
        if (to && to !== from) moveTo(id, to);
        store.flush();
      },
    };
    provide("board", board);

    onMounted(async () => {
      document.addEventListener("keydown", keys);
      await store.load();
      tab.value = visible.value[0]?.stage.id ?? null;
      focused.value ??= visible.value.find((column) => column.cards.length)?.cards[0].id ?? null;
    });
    onBeforeUnmount(() => { document.removeEventListener("keydown", keys); clearTimeout(forgetting); store.end(); });

    return {
      store, words, root, lane, tools, dragged, said, unheard, tab, menu, helping, visible, endings, closed, message, hueOf, goTo, scrolled, add, foldClosed, board,
      retry: () => { store.state.value = "loading"; store.load(); },
      // what the server calls
      apply: (number, delta) => { store.apply(number, delta); },
      refetch: () => { store.load(); },
      refuse(id, text) {
        store.moving([id], () => store.takeBack(id));
        shake(root.value, id);
        tell(text);
        keepFocus(id);
      },
      moved(id, text) { tell(text); keepFocus(id); },
      answerAdd(ok, text) { added.value = { ok }; if (text) tell(text); },
    };
  },
};
