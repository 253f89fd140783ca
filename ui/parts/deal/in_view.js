// Brings what is current into view within the box around: on a phone a bar of ten stages shows three of them.
export default {
  template: "<span hidden></span>",
  mounted() {
    const box = this.$el.parentElement;
    const here = box?.querySelector("[aria-current]");
    if (!here) return;
    const [outer, inner] = [box.getBoundingClientRect(), here.getBoundingClientRect()];
    box.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
  },
};
