/** What one tells and another one reads, in order and at their own pace. For one reader, who may never come. */
export class Mailbox<Letter> implements AsyncIterable<Letter> {
  private readonly letters: Letter[] = [];
  private closing: { readonly error?: unknown } | undefined;
  private wake: () => void = () => undefined;

  put(letter: Letter): void {
    this.letters.push(letter);
    this.wake();
  }

  /** Nothing more will come. */
  end(): void {
    this.closing ??= {};
    this.wake();
  }

  /** Nothing more will come; the reader is told why, after what has come. */
  fail(error: unknown): void {
    this.closing ??= { error };
    this.wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Letter, void, undefined> {
    for (;;) {
      const letter = this.letters.shift();
      if (letter !== undefined) {
        yield letter;
      } else if (this.closing !== undefined) {
        if ("error" in this.closing) throw this.closing.error;
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      }
    }
  }
}
