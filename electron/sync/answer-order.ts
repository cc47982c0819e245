/** One question on its way, about these keys; some of them it was overtaken about. */
type Question = Readonly<{ about: readonly string[]; overtaken: Set<string>; ended: Promise<void>; end: () => void }>;

/**
 * Answers come in any order: of two questions about the same thing the one asked first may be answered last, with what was true before. Told
 * what each answer was used for, this knows which of those still to come are out of date.
 */
export const createAnswerOrder = () => {
  /** those without an answer yet, in the order in which they were asked */
  const open: Question[] = [];

  return {
    /** Right before a question leaves. */
    ask: (about: readonly string[]): Question => {
      const { promise: ended, resolve: end } = Promise.withResolvers<void>();
      const question: Question = { about, overtaken: new Set(), ended, end };
      open.push(question);
      return question;
    },
    /** True when the answer to `question` may be used for `key`: nothing asked later was used for it yet. From then on earlier ones may not. */
    use: (question: Question, key: string): boolean => {
      if (question.overtaken.has(key)) return false;
      for (const earlier of open.slice(0, open.indexOf(question))) earlier.overtaken.add(key);
      return true;
    },
    /** Answered or given up: nothing is kept of it. */
    done: (question: Question): void => {
      const at = open.indexOf(question);
      if (at >= 0) open.splice(at, 1);
      question.end();
    },
    /** Resolves when the questions about it that are on their way now are done; null when there is none. */
    running: (key: string): Promise<unknown> | null => {
      const now = open.filter(({ about }) => about.includes(key)).map(({ ended }) => ended);
      return now.length === 0 ? null : Promise.all(now);
    },
  };
};
