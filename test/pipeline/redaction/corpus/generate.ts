/**
 * Makes the corpus anew: `npx tsx test/pipeline/redaction/corpus/generate.ts`, with bash, dash, zsh, fish, Python, Ruby, Perl, Go, jq, xxd and
 * openssl installed. What programs print was taken from them, so that the tests need none of these.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CORPUS_FILE, CORPUS_VALUES, type Leak } from './corpus.ts'
import { BODY_FORMS, LEAK_FORMS, LINE_FORMS } from './leak-forms.ts'
import { GO_PROGRAM, PROGRAM_FORMS } from './program-forms.ts'

const folder = mkdtempSync(join(tmpdir(), 'corpus-'))
const go = join(folder, 'print')
try {
  writeFileSync(`${go}.go`, GO_PROGRAM)
  execFileSync('go', ['build', '-o', go, `${go}.go`])
  const leaks = Object.entries(CORPUS_VALUES).flatMap(([value, text]) =>
    different([...written(value, text), ...printed(value, text)]),
  )
  writeFileSync(CORPUS_FILE, leaks.map((leak) => `${JSON.stringify(leak)}\n`).join(''))
} finally {
  rmSync(folder, { recursive: true })
}

/** Without those that show the same: a value without special signs is quoted as it is. */
function different(leaks: readonly Leak[]): readonly Leak[] {
  const seen = new Set<string>()
  return leaks.filter(({ printed: bytes, around: [before, after] }) => {
    const secret = bytes.slice(before, bytes.length - after)
    const isNew = !seen.has(secret)
    seen.add(secret)
    return isNew
  })
}

function written(value: string, text: string): readonly Leak[] {
  const forms = [
    ...LEAK_FORMS,
    ...(text.includes('\n') ? LINE_FORMS : []),
    ...(text.includes('PRIVATE KEY') ? BODY_FORMS : []),
  ]
  return forms.map(([form, print, around = [0, 0]]) => ({
    value,
    form,
    printed: Buffer.from(print(text)).toString('latin1'),
    around,
  }))
}

function printed(value: string, text: string): readonly Leak[] {
  // It ends each line with a sign of its own.
  const forms = PROGRAM_FORMS.filter(({ name }) => name !== 'sed l' || !text.includes('\n'))
  return forms.map(({ name, command, around }) => {
    const [program, ...args] = command[0] === 'go' ? [go, ...command.slice(3)] : command
    const env = { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', HOME: process.env['HOME'], V: text }
    return { value, form: name, printed: execFileSync(program, args, { env }).toString('latin1'), around }
  })
}
