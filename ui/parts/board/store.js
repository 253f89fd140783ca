// The board's data in the browser: a snapshot, small changes to it, and what the person filters it by.
import { computed, reactive, ref, shallowReactive, shallowRef, watch } from "vue";

const TICK = 15_000;
const RETRY = 5_000;
const PATIENCE = 2_000; // how long a card stays under the pointer that rests on it
const FLAGS = ["mine", "overdue", "idle", "attention", "closed"];
const TEXTS = ["text", "person", "company"];
export const SORTS = ["urgent", "recent", "amount"];

/** What is shown, and everything that changes it. `props`: of the component. */
export function createStore(props) {
  const cards = shallowReactive(new Map());
  const stages = shallowRef([]);
  const people = shallowReactive(new Map());
  const state = ref("loading"); // loading, ready, failed
  const marks = shallowReactive(new Map()); // deal -> who has just changed it
  const offset = props.now - Date.now(); // the server's clock counts
  const revealed = ref(null); // the deal that this person has just changed
  const now = ref(Date.now() + offset);
  const filters = reactive(readFilters());
  const held = { dragging: false, hovered: null };
  let queue = [];
  let waiting = 0;
  let last = 0;
  let origins = new Map(); // deal -> its card before a move that is not answered yet
  let loading = null;

  async function load() {
    if (loading) return loading;
    loading = fetchBoard().finally(() => { loading = null; });
    return loading;
  }

  async function fetchBoard() {
    try {
      const answer = await fetch(props.url, { credentials: "same-origin", headers: { Accept: "application/json" } });
      if (answer.status === 401) return location.reload(); // signed out meanwhile: the page leads to the sign-in
      if (!answer.ok) throw new Error(String(answer.status));
      take(await answer.json());
      state.value = "ready";
      flush();
    } catch {
      if (state.value !== "ready") state.value = "failed";
      else setTimeout(load, RETRY);
    }
  }

  function take(board) {
    stages.value = board.stages;
    learn(board.people);
    const fresh = new Set(board.cards.map((card) => card.id));
    for (const id of cards.keys()) if (!fresh.has(id)) cards.delete(id);
    for (const card of board.cards) put(card);
  }

  function learn(found) {
    for (const [id, person] of Object.entries(found)) people.set(id, person);
  }

  /** Keeps the newer of the two; what has not changed stays the same object, and is not drawn again. */
  function put(card) {
    const known = cards.get(card.id);
    const plain = origins.get(card.id) ?? known;
    if (plain && plain.seq > card.seq) return false;
    origins.delete(card.id);
    if (known && JSON.stringify(known) === JSON.stringify(card)) return false;
    cards.set(card.id, card);
    return true;
  }

  /** A change that the server tells: `number` counts them, so that a lost one is noticed and made good. */
  function apply(number, delta) {
    const lost = number !== last + 1;
    last = number;
    if (lost) return load();
    queue.push(delta);
    if (state.value === "ready") flush();
    return null;
  }

  /** Does what was told meanwhile; never under the pointer, nor while something is dragged. */
  function flush(force = false) {
    if (held.dragging) return;
    const rest = [];
    for (const delta of queue) {
      const touched = !force && !delta.mine && delta.cards.some((card) => card.id === held.hovered && moves(card));
      if (touched) rest.push(delta);
      else merge(delta);
    }
    queue = rest;
    clearTimeout(waiting);
    if (rest.length) waiting = setTimeout(() => flush(true), PATIENCE);
  }

  const moves = (card) => cards.get(card.id)?.stage !== card.stage;

  function merge(delta) {
    learn(delta.people);
    const run = () => {
      for (const id of delta.left) { cards.delete(id); origins.delete(id); }
      for (const card of delta.cards) {
        if (put(card)) mark(card.id, delta.mine ? props.me : delta.by[card.id]);
      }
    };
    store.moving(delta.cards.filter(moves).map((card) => card.id), run);
    if (delta.mine && delta.cards.length) {
      revealed.value = delta.cards[0].id;
      store.reveal(revealed.value);
    }
  }

  function mark(id, by) {
    marks.set(id, { name: by === props.me ? "" : people.get(by)?.name ?? "" });
    setTimeout(() => marks.delete(id), 4000);
  }

  /** Shows a move before the server has answered it. */
  function anticipate(id, to) {
    const card = cards.get(id);
    if (!card) return;
    if (!origins.has(id)) origins.set(id, card);
    cards.set(id, { ...card, stage: to });
  }

  /** Takes such a move back. */
  function takeBack(id) {
    const before = origins.get(id);
    origins.delete(id);
    if (before) cards.set(id, before);
  }

  const matches = (card) => {
    const words = filters.text.trim().toLocaleLowerCase();
    return (!filters.mine || card.responsible === props.me)
      && (!filters.person || card.responsible === filters.person)
      && (!filters.company || card.company_id === filters.company)
      && (!filters.overdue || isLate(card, now.value))
      && (!filters.idle || isIdle(card))
      && (!filters.attention || card.attention)
      && (!words || searched(card).includes(words));
  };

  const searched = (card) =>
    `${card.title} ${card.company ?? ""} ${people.get(card.responsible)?.name ?? ""}`.toLocaleLowerCase();

  const shown = computed(() => [...cards.values()].filter(matches));

  /** Columns with their cards in order, how many and how much they are worth. */
  const columns = computed(() => {
    const byStage = new Map(stages.value.map((stage) => [stage.id, []]));
    for (const card of shown.value) byStage.get(card.stage)?.push(card);
    return stages.value.map((stage, index) => {
      const list = byStage.get(stage.id).sort(ORDERS[filters.sort]);
      return { stage, index, cards: list, sum: list.reduce((sum, card) => sum + Number(card.amount ?? 0), 0) };
    });
  });

  const counts = computed(() => {
    const open = [...cards.values()].filter((card) => card.status === "open");
    return {
      all: open.length,
      mine: open.filter((card) => card.responsible === props.me).length,
      overdue: open.filter((card) => isLate(card, now.value)).length,
      idle: open.filter(isIdle).length,
      attention: open.filter((card) => card.attention).length,
    };
  });

  const filtered = computed(() => FLAGS.some((name) => name !== "closed" && filters[name]) || TEXTS.some((name) => filters[name]));

  function clear() {
    for (const name of FLAGS) if (name !== "closed") filters[name] = false;
    for (const name of TEXTS) filters[name] = "";
  }

  watch(filters, () => writeFilters(filters), { deep: true });
  const ticking = setInterval(() => { if (!held.dragging) now.value = Date.now() + offset; }, TICK);
  const woken = () => { if (document.visibilityState === "visible" && state.value === "ready") load(); };
  document.addEventListener("visibilitychange", woken);

  const store = {
    cards, stages, people, state, marks, revealed, now, filters, columns, counts, filtered, shown, held,
    load, apply, flush, anticipate, takeBack, clear,
    moving: (ids, run) => run(), // these two are replaced by the component, which knows where cards are drawn
    reveal: () => {},
    end() {
      clearInterval(ticking);
      document.removeEventListener("visibilitychange", woken);
    },
  };
  return store;
}

export const dueAt = (card) => (card.next?.at ? Date.parse(card.next.at) : Infinity);
export const isLate = (card, now) => card.status === "open" && (card.overdue_tasks > 0 || dueAt(card) < now);
export const isIdle = (card) => card.status === "open" && !card.next;

const recent = (a, b) => Date.parse(b.moved_at) - Date.parse(a.moved_at) || (a.id < b.id ? -1 : 1);
const ORDERS = {
  recent,
  urgent: (a, b) => (dueAt(a) === dueAt(b) ? recent(a, b) : dueAt(a) - dueAt(b)),
  amount: (a, b) => Number(b.amount ?? 0) - Number(a.amount ?? 0) || recent(a, b),
};

function readFilters() {
  const query = new URLSearchParams(location.search);
  const sort = query.get("sort");
  return {
    ...Object.fromEntries(FLAGS.map((name) => [name, query.get(name) === "1"])),
    ...Object.fromEntries(TEXTS.map((name) => [name, query.get(name) ?? ""])),
    sort: SORTS.includes(sort) ? sort : SORTS[0],
  };
}

/** Filters stand in the address, so that a board can be sent to a colleague as it is seen. */
function writeFilters(filters) {
  const query = new URLSearchParams(location.search);
  for (const name of FLAGS) filters[name] ? query.set(name, "1") : query.delete(name);
  for (const name of TEXTS) filters[name] ? query.set(name, filters[name]) : query.delete(name);
  filters.sort === SORTS[0] ? query.delete("sort") : query.set("sort", filters.sort);
  const text = query.toString();
  history.replaceState(history.state, "", location.pathname + (text ? `?${text}` : ""));
}
