/** Reading blobs by name from one `git cat-file --batch` that is kept open: a process for each would cost milliseconds. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { SecretsError } from '../core/errors.ts'
import { type GitOptions, tryGit } from './run-git.ts'

/** Reads blobs of one repository. Close it, or its git keeps running. */
export class GitObjects {
  readonly #options: GitOptions
  #batch: Batch | undefined

  constructor(options: GitOptions) {
    this.#options = options
  }

  /**
   * The content of the first of these names (`:0:PATH`, `HEAD:PATH`, `OID`) that is a blob; undefined when none is.
   * All are asked for at once. Throws `GIT_FAILED` when git ends.
   */
  async readFirst(names: readonly string[]): Promise<Buffer | undefined> {
    return (await this.readAll(names)).find((blob) => blob !== undefined)
  }

  /** The content of each name, in one question; undefined for those that are no blobs. Throws as `readFirst`. */
  async readAll(names: readonly string[]): Promise<readonly (Buffer | undefined)[]> {
    // A line break would end the name; older versions of git have no other way to end one.
    if (names.some((name) => name.includes('\n'))) return this.#readSlowly(names)
    this.#batch ??= new Batch(this.#options)
    return this.#batch.read(names)
  }

  /** Ends the process. */
  close(): void {
    this.#batch?.close()
    this.#batch = undefined
  }

  async #readSlowly(names: readonly string[]): Promise<readonly (Buffer | undefined)[]> {
    const blobs: (Buffer | undefined)[] = []
    for (const name of names) {
      const { status, stdout } = await tryGit(['cat-file', 'blob', name], this.#options)
      blobs.push(status === 0 ? stdout : undefined)
    }
    return blobs
  }
}

interface Question {
  readonly answers: (Buffer | undefined)[]
  readonly count: number
  readonly resolve: (answers: readonly (Buffer | undefined)[]) => void
  readonly reject: (error: Error) => void
}

class Batch {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #questions: Question[] = []
  #unread: Buffer = Buffer.alloc(0)
  #unasked = ''
  #failure: SecretsError | undefined

  constructor({ cwd, env }: GitOptions) {
    this.#child = spawn('git', ['cat-file', '--batch'], { cwd, env, windowsHide: true })
    this.#child.stdout.on('data', (chunk: Buffer) => {
      this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk])
      this.#takeAnswers()
    })
    this.#child.stderr.resume()
    this.#child.stdin.on('error', () => undefined)
    this.#child.on('error', () => this.#fail())
    this.#child.on('close', () => this.#fail())
  }

  read(names: readonly string[]): Promise<readonly (Buffer | undefined)[]> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure)
      this.#questions.push({ answers: [], count: names.length, resolve, reject })
      // What is asked in one go is written in one.
      if (this.#unasked === '') queueMicrotask(() => this.#ask())
      this.#unasked += names.map((name) => `${name}\n`).join('')
    })
  }

  close(): void {
    this.#ask()
    this.#child.stdin.end()
  }

  #ask(): void {
    if (this.#unasked !== '') this.#child.stdin.write(this.#unasked)
    this.#unasked = ''
  }

  #fail(): void {
    this.#failure ??= new SecretsError('GIT_FAILED', 'git cat-file ended before it answered')
    for (const question of this.#questions.splice(0)) question.reject(this.#failure)
  }

  #takeAnswers(): void {
    for (let question = this.#questions[0]; question !== undefined; question = this.#questions[0]) {
      while (question.answers.length < question.count) {
        const answer = this.#takeAnswer()
        if (answer === 'incomplete') return
        question.answers.push(answer)
      }
      this.#questions.shift()
      question.resolve(question.answers)
    }
  }

  /** `OID blob SIZE`, a line break, the content, a line break; or one line that ends in another word (`missing`). */
  #takeAnswer(): Buffer | undefined | 'incomplete' {
    const lineEnd = this.#unread.indexOf(0x0a)
    if (lineEnd === -1) return 'incomplete'
    const header = /^[0-9a-f]{40,64} (\w+) (\d+)$/.exec(this.#unread.toString('latin1', 0, lineEnd))
    const end = header === null ? lineEnd : lineEnd + 1 + Number(header[2])
    if (this.#unread.length <= end) return 'incomplete'
    // A copy: the buffer behind it is shared with all that comes later.
    const content = header?.[1] === 'blob' ? Buffer.from(this.#unread.subarray(lineEnd + 1, end)) : undefined
    this.#unread = this.#unread.subarray(end + 1)
    return content
  }
}
