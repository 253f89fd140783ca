// What the keys do.
import { inject, onMounted, ref } from "vue";

const KEYS = [
  ["← → ↑ ↓", "keyArrows"], ["Enter", "keyEnter"], ["Shift + ← →", "keyShift"], ["M / Ь", "keyMenu"],
  ["N / Т", "keyAdd"], ["/", "keySearch"], ["Ctrl + Z", "keyUndo"], ["Esc", "keyEscape"], ["?", "keyHelp"],
];

export default {
  template: `
    <div class="vb-veil vb-veil--dim" @pointerdown.self="board.closeHelp()">
      <div class="vb-help" role="dialog" aria-modal="true" :aria-label="words.say('help')" @keydown.esc.stop="board.closeHelp()" @keydown.tab.prevent>
        <h2>{{ words.say('help') }}</h2>
        <dl><template v-for="[key, text] in keys" :key="key"><dt><kbd>{{ key }}</kbd></dt><dd>{{ words.say(text) }}</dd></template></dl>
        <button ref="button" type="button" class="vb-primary" @click="board.closeHelp()">{{ words.say('close') }}</button>
      </div>
    </div>`,
  setup() {
    const board = inject("board");
    const button = ref(null);
    onMounted(() => button.value.focus());
    return { board, words: board.words, keys: KEYS, button };
  },
};
