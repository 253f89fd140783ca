// One offer at a time, above everything, with a bar that shows how long it stays. Ctrl+Z takes it.
export default {
  props: { labels: Object },
  emits: ["undo"],
  template: `
    <div class="undo-toast" role="status" aria-live="polite">
      <div v-if="shown" :key="shown.number" class="undo-toast-box" @mouseenter="hold" @mouseleave="go">
        <span>{{ shown.text }}</span>
        <button v-if="shown.offer" type="button" class="undo-toast-do" @click="take">{{ labels.undo }}</button>
        <button type="button" class="undo-toast-close" :aria-label="labels.close" @click="close">×</button>
        <i v-if="shown.offer" :style="{ animationDuration: shown.seconds + 's' }" :class="held && 'held'"></i>
      </div>
    </div>`,
  data: () => ({ shown: null, held: false }),
  mounted() {
    this.keys = (event) => {
      const typing = event.target.closest?.("input, textarea, select, [contenteditable=true]");
      if (event.code !== "KeyZ" || !(event.ctrlKey || event.metaKey) || event.shiftKey || typing || !this.shown?.offer) return;
      event.preventDefault();
      this.take();
    };
    document.addEventListener("keydown", this.keys);
  },
  unmounted() {
    document.removeEventListener("keydown", this.keys);
    clearTimeout(this.timer);
  },
  methods: {
    offer(text, offer, seconds) {
      this.shown = { text, offer, seconds, number: (this.shown?.number ?? 0) + 1 };
      this.left = seconds * 1000;
      this.held = false;
      this.go();
    },
    go() {
      this.held = false;
      clearTimeout(this.timer);
      this.began = Date.now();
      this.timer = setTimeout(this.close, this.left);
    },
    hold() {
      this.held = true;
      clearTimeout(this.timer);
      this.left -= Date.now() - this.began;
    },
    take() {
      const { offer } = this.shown;
      this.close();
      this.$emit("undo", offer);
    },
    close() {
      clearTimeout(this.timer);
      this.shown = null;
    },
  },
};
