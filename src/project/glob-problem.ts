/** A pattern that cannot be used. Not a `SecretsError`: whoever reads the pattern knows its place and says so. */
export class GlobProblem extends Error {
  readonly hint: string | undefined

  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}
