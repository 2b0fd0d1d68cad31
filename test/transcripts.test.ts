// parts: 7
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite, type TestContext } from './support/suite.ts'
import { runTranscript } from './support/transcript.ts'

const folder = fileURLToPath(new URL('transcripts', import.meta.url))

suite('transcripts', (test) => {
  for (const name of readdirSync(folder)
    .filter((entry) => entry.endsWith('.txt'))
    .sort()) {
    const run = async (context: TestContext): Promise<void> => {
      await runTranscript(join(folder, name), context)
    }
    // Dozens of commands each, some of them processes: a busy machine takes a minute.
    test(name, run, 120)
  }
})
