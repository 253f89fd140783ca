// The keyboard. Keys are known by their place (`code`), so that they work in the Russian layout as well.

const TYPING = "input, textarea, select, [contenteditable=true]";

/** The handler of the document's keydown. `board`: what keys do. */
export function keyHandler(board) {
  const plain = {
    ArrowDown: () => board.step(0, 1), ArrowUp: () => board.step(0, -1),
    ArrowRight: () => board.step(1, 0), ArrowLeft: () => board.step(-1, 0),
    Home: () => board.edge(0), End: () => board.edge(-1),
    KeyM: board.menu, KeyN: board.add, KeyC: board.add, Slash: board.search,
  };
  const shifted = { ArrowRight: () => board.shift(1), ArrowLeft: () => board.shift(-1), Slash: board.help };

  return (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector(".q-dialog, .q-menu") || board.busy()) return;
    if (event.target.closest?.(TYPING)) return;
    const done = event.key === "?" ? board.help : (event.shiftKey ? shifted : plain)[event.code];
    if (done && done() !== false) event.preventDefault();
  };
}
