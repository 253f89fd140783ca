// The library loads this file as the component of ui/parts/board.py; the modules beside it are one ES package.
export { default } from "voronka-board/index.js";
