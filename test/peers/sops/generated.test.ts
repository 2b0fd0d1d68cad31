/** Generated files of every format, encrypted by each tool and decrypted by the other. */
// parts: 2
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { isSecretsError } from '../../../src/core/errors.ts'
import type { SealOptions } from '../../../src/core/seal-text.ts'
import { formatByName } from '../../../src/formats/find-format.ts'
import { plainTexts } from '../../properties/texts.ts'
import { suite } from '../../support/suite.ts'
import { BothTools, newIdentity, SUFFIXES, valuesOf } from './both-tools.ts'

/** How many files of each format; SECRETS_PEER_SEED repeats a run. */
const COUNTS: Readonly<Record<string, number>> = { yaml: 300, json: 120, dotenv: 120, ini: 120, binary: 60 }
const SEED = Number(process.env['SECRETS_PEER_SEED'] ?? Date.now() % 1_000_000)

/** sops processes side by side. */
const WORKERS = 2

/** What sops writes as JSON differs from the format's own output in nothing but the types that JSON has. */
const READABLE_AS: Readonly<Record<string, string>> = { yaml: 'json' }

interface Counts {
  accepted: number
  /** Files that sops refuses to encrypt: it has no duty to decrypt them. */
  refusedBySops: number
}

suite(`generated files (SECRETS_PEER_SEED=${SEED})`, (test) => {
  for (const [format, count] of Object.entries(COUNTS)) {
    test(`${format}: each tool decrypts what the other encrypted`, async (context) => {
      const key = await newIdentity()
      const tools = new BothTools(context, [key])
      const options = await tools.options([key])
      const texts = fc.sample(plainTexts[format] ?? fc.constant(Buffer.alloc(0)), { numRuns: count, seed: SEED })
      const counts: Counts = { accepted: 0, refusedBySops: 0 }
      const queue = texts.filter((text) => isComparable(format, text)).map((text, index) => ({ text, index }))
      const work = async (): Promise<void> => {
        for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
          const one = new OneFile(tools, { format, index: next.index, plain: next.text })
          await one.compare(key.recipient, options, counts)
        }
      }
      await Promise.all(Array.from({ length: WORKERS }, work))
      assert.ok(counts.accepted > count / 3, `only ${counts.accepted} of ${count} files were accepted`)
      assert.ok(counts.refusedBySops < count / 5, `sops refuses ${counts.refusedBySops} of ${count} files`)
    }, 240)
  }
})

/**
 * JSON, which is compared, has no infinities. To sops a byte order mark is part of the first name of a dotenv file, which
 * we refuse to read; ours is no part of it.
 */
function isComparable(format: string, plain: Buffer): boolean {
  if (format === 'dotenv' && plain.toString().startsWith('\ufeff')) return false
  return format !== 'yaml' || !/\.(?:inf|nan)/i.test(plain.toString())
}

class OneFile {
  readonly #tools: BothTools
  readonly #format: string
  readonly #plain: Buffer
  readonly #name: string

  constructor(tools: BothTools, file: { format: string; index: number; plain: Buffer }) {
    this.#tools = tools
    this.#format = file.format
    this.#plain = file.plain
    this.#name = `${file.index}.${SUFFIXES[file.format]}`
  }

  async compare(recipient: string, options: SealOptions, counts: Counts): Promise<void> {
    try {
      await this.#tools.seal(`ours-${this.#name}`, this.#format, this.#plain, options)
    } catch (error) {
      if (isSecretsError(error)) return
      throw error
    }
    counts.accepted += 1
    this.#tools.write(this.#name, this.#plain)
    const theirs = await this.#tools.sops('encrypt', '--age', recipient, this.#name)
    if (theirs.status !== 0) counts.refusedBySops += 1
    await this.#compareOurs(theirs.status === 0)
    if (theirs.status === 0) await this.#compareTheirs(theirs.stdoutBytes)
  }

  async #compareOurs(mayCompare: boolean): Promise<void> {
    const decrypted = await this.#decryptedBySops(`ours-${this.#name}`)
    if (!mayCompare && decrypted === undefined) return
    if (decrypted === undefined) throw this.#failure('sops does not decrypt what we encrypted')
    await this.#same(decrypted, this.#plain, 'sops reads other values from what we encrypted')
  }

  async #compareTheirs(encrypted: Buffer): Promise<void> {
    this.#tools.write(`sops-${this.#name}`, encrypted)
    const expected = await this.#decryptedBySops(`sops-${this.#name}`)
    if (expected === undefined) return
    let content: Uint8Array
    try {
      content = (await this.#tools.open(`sops-${this.#name}`, this.#format)).content
    } catch (error) {
      if (await this.#leavesEncrypted(`sops-${this.#name}`)) return
      throw this.#failure(`what sops encrypted is not opened: ${String(error)}`)
    }
    await this.#same(expected, content, 'we read other values than sops from what it encrypted')
  }

  /** Below a key that has to be written with `?` sops puts comments where it cannot decrypt them itself: docs/format.md. */
  async #leavesEncrypted(name: string): Promise<boolean> {
    const { stdout } = await this.#tools.sops('decrypt', name)
    return stdout.includes('#ENC[AES256_GCM,')
  }

  async #decryptedBySops(name: string): Promise<Buffer | undefined> {
    const output = READABLE_AS[this.#format] ?? this.#format
    const { status, stdoutBytes } = await this.#tools.sops('decrypt', '--output-type', output, name)
    return status === 0 ? stdoutBytes : undefined
  }

  async #same(bySops: Uint8Array, byUs: Uint8Array, problem: string): Promise<void> {
    const format = await formatByName(this.#format)
    if (format.parsePlain !== undefined) {
      if (Buffer.compare(bySops, byUs) !== 0) throw this.#failure(problem)
      return
    }
    const theirs = valuesOf(await formatByName(READABLE_AS[this.#format] ?? this.#format), bySops)
    const ours = valuesOf(format, byUs)
    const comparable = this.#format === 'yaml' ? withoutEmptyComments(theirs, ours) : theirs
    if (JSON.stringify(comparable) !== JSON.stringify(ours))
      throw this.#failure(problem, firstDifference(comparable, ours))
  }

  #failure(problem: string, difference = ''): Error {
    return new Error(`${problem}: ${difference}\n${JSON.stringify(this.#plain.toString())}`)
  }
}

/**
 * sops takes a comment without text in a list for an empty element, when it decrypts and when it encrypts; for us it
 * stays a comment. Such files are left to the MAC, which both check and which does not see an empty element.
 */
function withoutEmptyComments(theirs: readonly string[], ours: readonly string[]): readonly string[] {
  return emptyElements(theirs) > emptyElements(ours) ? ours : theirs
}

function emptyElements(values: readonly string[]): number {
  return values.filter((value) => /\d\],"str",""\]$/.test(value)).length
}

function firstDifference(theirs: readonly string[], ours: readonly string[]): string {
  const index = ours.findIndex((value, position) => value !== theirs[position])
  return `sops ${theirs[index] ?? theirs.at(-1)}, we ${ours[index]}`
}
