/**
 * Questions to the person at the terminal, asked on standard error so that results stay clean. Each
 * throws NOT_INTERACTIVE where nobody can be asked, with `instead` as its hint, and INTERRUPTED on Ctrl-C.
 */
export interface Questions {
  /** Text that is not shown while it is typed. */
  readonly hidden: (question: Question) => Promise<string>
  readonly text: (question: Question & { readonly suggestion?: string }) => Promise<string>
  readonly confirm: (question: Question & { readonly suggestion?: boolean }) => Promise<boolean>
  /** One of the choices. */
  readonly select: (question: Question & { readonly choices: readonly Choice[] }) => Promise<string>
  /** Any number of the choices. */
  readonly checkbox: (question: Question & { readonly choices: readonly Choice[] }) => Promise<readonly string[]>
}

/** One question. */
export interface Question {
  readonly message: string
  /** What to type where nobody can be asked: `give the value on standard input, or use --from-file`. */
  readonly instead: string
}

/** One possible answer. */
export interface Choice {
  readonly value: string
  readonly name?: string
  readonly description?: string
  /** Ticked from the start (checkbox), under the cursor at the start (select). */
  readonly chosen?: boolean
}
