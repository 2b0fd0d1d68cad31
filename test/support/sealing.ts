/** Sealing and opening texts in tests, without recipients: the data key is given. */
import { DEFAULT_SELECTION, type Selection } from '../../src/core/metadata-model.ts'
import { type OpenText, openSealed } from '../../src/core/open-text.ts'
import { type SealOptions, sealText } from '../../src/core/seal-text.ts'
import { readSealed } from '../../src/core/sealed-text.ts'
import { formatByName } from '../../src/formats/find-format.ts'

/** A data key that no real file has. */
export const TEST_DATA_KEY: Buffer = Buffer.alloc(32, 42)

/** When all test files were encrypted. */
export const TEST_TIME: Date = new Date('2024-01-02T03:04:05Z')

/** Options with a recipient that looks like one. */
export function sealOptions(selection: Selection = DEFAULT_SELECTION, more: Partial<SealOptions> = {}): SealOptions {
  return {
    dataKey: TEST_DATA_KEY,
    groups: [
      [{ kind: 'age', fields: { enc: '-----BEGIN AGE-----\nAAAA\n-----END AGE-----\n', recipient: 'age1test' } }],
    ],
    shamirThreshold: 0,
    selection,
    macOnlyEncrypted: false,
    now: TEST_TIME,
    ...more,
  }
}

/** The encrypted text of a plain one. */
export async function sealed(
  format: string,
  plain: string | Uint8Array,
  options: SealOptions = sealOptions(),
): Promise<string> {
  const { content } = await sealText(await formatByName(format), Buffer.from(plain), options)
  return Buffer.from(content).toString('utf8')
}

/** An encrypted text, opened. */
export async function opened(format: string, text: string | Uint8Array): Promise<OpenText> {
  return openSealed(readSealed(await formatByName(format), Buffer.from(text)), TEST_DATA_KEY)
}

/** The plain text of an encrypted one. */
export async function plainOf(format: string, text: string): Promise<string> {
  return Buffer.from((await opened(format, text)).content).toString('utf8')
}
