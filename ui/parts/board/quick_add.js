// A new deal by its title alone; the form stays open for the next one.
import { inject, nextTick, ref, watch } from "vue";
import { Icon } from "./icons.js";

export default {
  components: { Icon },
  template: `
    <div class="vb-add">
      <button v-if="!board.adding.value" ref="opener" type="button" class="vb-add-open" @click="board.add()"><Icon name="plus" />{{ words.say('add') }}</button>
      <form v-else class="vb-add-form" @submit.prevent="submit" @keydown.esc.stop="close">
        <label class="vb-sr" for="vb-add-title">{{ words.say('addTitle') }}</label>
        <input id="vb-add-title" ref="field" v-model="title" maxlength="300" autocomplete="off" :placeholder="words.say('addTitle')" :disabled="waiting">
        <label class="vb-sr" for="vb-add-amount">{{ words.say('addAmount') }}</label>
        <input id="vb-add-amount" v-model="amount" inputmode="decimal" autocomplete="off" :placeholder="words.say('addAmount')" :disabled="waiting" :aria-invalid="wrong" :aria-describedby="wrong ? 'vb-add-wrong' : null" @input="wrong = false">
        <p v-if="wrong" id="vb-add-wrong" class="vb-add-wrong" role="alert">{{ words.say('addWrong') }}</p>
        <div class="vb-add-buttons">
          <button type="submit" class="vb-primary" :disabled="waiting || !title.trim()">{{ words.say('addDo') }}</button>
          <button type="button" class="vb-plain" @click="close">{{ words.say('cancel') }}</button>
        </div>
      </form>
    </div>`,
  setup() {
    const board = inject("board");
    const [title, amount, waiting, wrong] = [ref(""), ref(""), ref(false), ref(false)];
    const [field, opener] = [ref(null), ref(null)];
    const focus = () => nextTick(() => field.value?.focus());
    watch(board.adding, (open) => open && focus(), { immediate: true });
    watch(board.added, ({ ok }) => {
      waiting.value = false;
      if (ok) title.value = amount.value = "";
      focus();
    });
    function submit() {
      const sum = amount.value.replace(/[\s\u00a0₽]/g, "").replace(",", ".");
      wrong.value = sum !== "" && !/^\d+(\.\d{1,2})?$/.test(sum);
      if (wrong.value || !title.value.trim() || waiting.value) return;
      waiting.value = true;
      board.emit("add", { title: title.value.trim(), amount: sum || null });
    }
    function close() {
      board.stopAdding();
      nextTick(() => opener.value?.focus());
    }
    return { board, words: board.words, title, amount, waiting, wrong, field, opener, submit, close };
  },
};
