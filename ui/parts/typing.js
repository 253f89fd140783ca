// Keys and focus of one form: Enter presses its button, the first field has the cursor, what is half-typed is kept.
const FIELDS = "input:not([type=file]):not([type=hidden]), textarea, [role=radio]";

export default {
  template: "<span hidden></span>",
  props: { box: Number, button: Number, draft: String, focus: Boolean },
  mounted() {
    this.form = document.getElementById(`c${this.box}`);
    if (!this.form) return;
    this.form.addEventListener("keydown", this.press);
    if (this.draft) {
      this.restore();
      this.form.addEventListener("input", this.keep);
    }
    if (this.focus) this.enter();
  },
  unmounted() {
    this.form?.removeEventListener("keydown", this.press);
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
