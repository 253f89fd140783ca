// A chip that filters by one of many: a list with a search of its own.
import { computed, nextTick, ref } from "vue";
import { Icon } from "./icons.js";

const MOST = 60;

export default {
  components: { Icon },
  props: { words: Object, icon: String, label: String, value: String, options: Array }, // options: [{ id, text, count }]
  emits: ["update:value"],
  template: `
    <div class="vb-pick" @keydown.esc.stop="close(true)" @focusout="left">
      <button ref="button" type="button" class="vb-chip" :class="chosen && 'vb-chip--on'" aria-haspopup="listbox" :aria-expanded="opened" @click="toggle">
        <Icon :name="icon" /><span class="vb-clip">{{ chosen ? chosen.text : label }}</span><Icon v-if="!chosen" name="down" />
      </button>
      <button v-if="chosen" type="button" class="vb-chip-clear" :aria-label="words.say('clearOne', { name: label })" @click="choose('')"><Icon name="close" /></button>
      <div v-if="opened" class="vb-list">
        <input ref="field" v-model="text" type="search" :placeholder="words.say('find')" :aria-label="words.say('find')" @keydown.down.prevent="go(0)" @keydown.enter.prevent="found[0] && choose(found[0].id)">
        <div ref="list" role="listbox" :aria-label="label">
          <button v-for="(option, n) in found" :key="option.id" type="button" role="option" :aria-selected="option.id === value"
             @click="choose(option.id)" @keydown.down.prevent="go(n + 1)" @keydown.up.prevent="n ? go(n - 1) : $refs.field.focus()">
            <span class="vb-clip">{{ option.text }}</span><span class="vb-list-count">{{ words.number(option.count) }}</span>
          </button>
        </div>
        <p v-if="!found.length">{{ words.say('nobody') }}</p>
      </div>
    </div>`,
  setup(props, { emit }) {
    const [opened, text, button, field, list] = [ref(false), ref(""), ref(null), ref(null), ref(null)];
    const found = computed(() => {
      const words = text.value.trim().toLocaleLowerCase();
      return props.options.filter((option) => option.text.toLocaleLowerCase().includes(words)).slice(0, MOST);
    });
    function close(back) {
      if (!opened.value) return;
      opened.value = false;
      if (back) button.value.focus();
    }
    return {
      opened, text, found, button, field, list, close,
      chosen: computed(() => props.options.find((option) => option.id === props.value)),
      toggle() {
        opened.value = !opened.value;
        text.value = "";
        if (opened.value) nextTick(() => field.value.focus());
      },
      choose(id) { emit("update:value", id === props.value ? "" : id); close(true); },
      go: (n) => list.value.children[n]?.focus(),
      left(event) { if (!event.currentTarget.contains(event.relatedTarget)) close(false); },
    };
  },
};
