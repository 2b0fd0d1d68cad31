/** The only door to secretlint, an optional package: this file cannot be loaded where it is not installed. */
import { lintSource } from '@secretlint/core'
import { creator } from '@secretlint/secretlint-rule-preset-recommend'

/** Something that looks like a secret. */
export interface LikelySecret {
  /** From 1; columns are those of UTF-16. */
  readonly line: number
  readonly column: number
  /** What it looks like, as secretlint calls it: `GITHUB_TOKEN`. Never a part of it. */
  readonly kind: string
}

const PRESET = '@secretlint/secretlint-rule-preset-recommend'

/** What the recommended rules of secretlint find in a text. `name` is for rules that go by names of files. */
export async function likelySecrets(name: string, content: string): Promise<readonly LikelySecret[]> {
  const { messages } = await lintSource({
    source: { filePath: `/${name}`, content, contentType: 'text' },
    options: { config: { rules: [{ id: PRESET, rule: creator }] }, maskSecrets: true },
  })
  return messages.map(({ loc, messageId }) => ({
    line: loc.start.line,
    column: loc.start.column + 1,
    kind: messageId,
  }))
}
