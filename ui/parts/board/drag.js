// Dragging by SortableJS. It moves DOM nodes by itself; each is given back to Vue before anything else happens.
import { calm } from "./motion.js";

const made = new WeakMap(); // element -> its Sortable

/** `v-drop="{ stage, board }"`: the element's cards can be dragged, and others dropped on it. */
export const drop = {
  async mounted(element, { value: { stage, board } }) {
    const { Sortable } = await import("nicegui-sortable");
    if (!element.isConnected) return;
    element.dataset.stage = stage;
    made.set(element, Sortable.create(element, optionsFor(board)));
  },
  unmounted(element) {
    made.get(element)?.destroy();
    made.delete(element);
  },
};

function optionsFor(board) {
  let next = null; // what stood behind the card where it was taken
  return {
    group: "deals",
    sort: false,
    draggable: ".vb-card",
    filter: "button",
    preventOnFilter: false,
    emptyInsertThreshold: 0, // an empty column reaches beneath the bar of endings, and would take what is dropped there
    animation: calm() ? 0 : 140,
    delay: 180, // a finger that swipes does not drag
    delayOnTouchOnly: true,
    touchStartThreshold: 6,
    scrollSensitivity: 70,
    scrollSpeed: 14,
    ghostClass: "vb-ghost",
    chosenClass: "vb-chosen",
    dragClass: "vb-dragged",
    onStart(event) {
      next = event.item.nextSibling;
      board.dragStarted(event.item.dataset.id);
    },
    onEnd(event) {
      event.from.insertBefore(event.item, next);
      board.dragEnded(event.item.dataset.id, event.from.dataset.stage, event.to.dataset.stage);
    },
  };
}
