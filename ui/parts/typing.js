// Keys and focus of one form: Enter presses its button, the first field has the cursor, what is half-typed is kept,
// and what is sent waits for the files that are still on their way.
const FIELDS = "input:not([type=file]):not([type=hidden]), textarea, [role=radio]";
// The list of an upload holds a file until the server has kept it; one that has failed stays there.
const ON_ITS_WAY = ".q-uploader__file:not(.q-uploader__file--failed)";

export default {
  template: "<span hidden></span>",
  props: { box: Number, button: Number, draft: String, focus: Boolean },
  mounted() {
    this.form = document.getElementById(`c${this.box}`);
    if (!this.form) return;
    this.form.addEventListener("keydown", this.press);
    this.form.addEventListener("click", this.hold, true);
    if (this.draft) {
      this.restore();
      this.form.addEventListener("input", this.keep);
    }
    if (this.focus) this.enter();
  },
  unmounted() {
    this.form?.removeEventListener("keydown", this.press);
    this.form?.removeEventListener("click", this.hold, true);
    this.held?.disconnect();
    this.form?.removeEventListener("input", this.keep);
  },
  methods: {
    /** Enter in a line of text, Ctrl+Enter in any field; a list's Enter is its own. */
    press(event) {
      if (event.key !== "Enter" || event.isComposing) return;
      const field = event.target;
      const line = field.matches("input:not([type=checkbox])") && !field.closest(".q-select");
      if (!line && !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      document.getElementById(`c${this.button}`)?.click();
    },
    /** A press of the button while a file is on its way counts as soon as the file is there. */
    hold(event) {
      const button = event.target.closest("button");
      if (button?.id !== `c${this.button}` || !this.awaits()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (this.held) return;
      button.setAttribute("aria-busy", "true");
      button.style.opacity = 0.6;
      this.held = new MutationObserver(() => {
        if (this.awaits()) return;
        this.held.disconnect();
        this.held = null;
        button.removeAttribute("aria-busy");
        button.style.opacity = "";
        button.click();
      });
      this.held.observe(this.form, { subtree: true, childList: true, attributeFilter: ["class"] });
    },
    awaits() {
      return Boolean(this.form.querySelector(ON_ITS_WAY));
    },
    enter() {
      const first = this.form.querySelector(FIELDS) || this.form.querySelector(".actions button:last-of-type");
      first?.focus({ preventScroll: true });
    },
    keep(event) {
      if (event.target.value) localStorage.setItem(this.draft, event.target.value);
      else localStorage.removeItem(this.draft);
    },
    restore() {
      const field = this.form.querySelector("textarea");
      const text = localStorage.getItem(this.draft);
      if (!field || !text || field.value) return;
      Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(field, text);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
    /** What was typed has been sent. */
    forget() {
      localStorage.removeItem(this.draft);
    },
  },
};
