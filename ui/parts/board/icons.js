// Small line icons, drawn in the colour of the text beside them. They say nothing that words do not say too.
import { h } from "vue";

const PATHS = {
  task: "M9 12l2 2 4-4.5M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  call: "M5 4h4l1.5 5-2.2 1.4a12 12 0 0 0 5.3 5.3L15 13.5l5 1.5v4a1 1 0 0 1-1 1A15 15 0 0 1 4 5a1 1 0 0 1 1-1z",
  approval: "M8 11V6a4 4 0 1 1 8 0v5M5 20h14M6 16h12l-1-5H7z",
  assignment: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.5 9.5a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.1.9-1.1 1.7M12 16.6v.2",
  agenda: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5V12l3 2",
  warning: "M12 4L2.8 19.5h18.4zM12 10v4.5M12 17v.2",
  link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3A4 4 0 0 0 10.700 18.300L12 17",
  signed: "M14 3H7a1 1 0 0 0-1 1v16a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1V7zM14 3v4h4M9.500 14l2 2 3.500-4",
  more: "M5.500 12h.01M12 12h.01M18.500 12h.01",
  plus: "M12 5v14M5 12h14",
  search: "M10.500 4a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13zM15.500 15.500L20 20",
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9l6 6 6-6",
  left: "M15 6l-6 6 6 6",
  right: "M9 6l6 6-6 6",
  won: "M5 12.500l4.500 4.500L19 7.500",
  sort: "M7 5v14M7 19l-3-3M7 19l3-3M14 7h6M14 12h5M14 17h3",
  keys: "M4 7h16v10H4zM7.500 10.500h.01M11 10.500h.01M14.500 10.500h.01M8 14h8",
  flow: "M4 4h5v5H4zM15 15h5v5h-5zM9 6.500h8.500V15",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.500 20a7.500 7.500 0 0 1 15 0",
  company: "M5 20V5h9v15M14 10h5v10M3 20h18M8 9h.01M11 9h.01M8 13h.01M11 13h.01",
};

export const Icon = ({ name }) =>
  h("svg", { class: ["vb-icon", `vb-icon--${name}`], viewBox: "0 0 24 24", "aria-hidden": "true" }, [
    h("path", { d: PATHS[name] }),
  ]);
Icon.props = ["name"];
