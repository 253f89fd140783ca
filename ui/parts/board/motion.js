// How cards travel. Nothing moves for people who asked their system for less motion.
import { nextTick } from "vue";

const MOST = 6; // more at once is a reload, not something to watch

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export const cardOf = (root, id) => root.querySelector(`.vb-card[data-id="${CSS.escape(id)}"]`);

/** Runs `change`, then lets the cards fly from where they were to where they are. */
export async function travel(root, ids, change) {
  const before = new Map();
  if (root && ids.length <= MOST && !calm()) {
    for (const id of ids) {
      const element = cardOf(root, id);
      if (element) before.set(id, element.getBoundingClientRect());
    }
  }
  change();
  if (!before.size) return;
  await nextTick();
  for (const [id, from] of before) {
    const element = cardOf(root, id);
    if (element) fly(element, from);
  }
}

function fly(element, from) {
  const to = element.getBoundingClientRect();
  if (!to.width || (Math.abs(from.x - to.x) < 2 && Math.abs(from.y - to.y) < 2)) return;
  const ghost = element.cloneNode(true); // a column cuts off what leaves it, so a copy flies above
  Object.assign(ghost.style, {
    position: "fixed", left: `${to.x}px`, top: `${to.y}px`, width: `${to.width}px`, height: `${to.height}px`,
    margin: 0, zIndex: 1400, pointerEvents: "none",
  });
  ghost.setAttribute("aria-hidden", "true");
  ghost.removeAttribute("data-id");
  document.body.append(ghost);
  element.style.opacity = 0; // not hidden: it may have the focus
  const path = [{ transform: `translate(${from.x - to.x}px, ${from.y - to.y}px)` }, { transform: "none" }];
  ghost.animate(path, { duration: 320, easing: "cubic-bezier(.2,.7,.2,1)" }).finished.finally(() => {
    ghost.remove();
    element.style.opacity = "";
  });
}

/** The card that was refused shakes its head. */
export async function shake(root, id) {
  await nextTick();
  const element = cardOf(root, id);
  if (!element) return;
  element.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (calm()) return;
  const steps = [0, -7, 6, -4, 2, 0].map((x) => ({ transform: `translateX(${x}px)` }));
  element.animate(steps, { duration: 380, easing: "ease-out" });
}
