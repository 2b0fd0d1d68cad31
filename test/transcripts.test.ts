import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from './support/suite.ts'
import { runTranscript } from './support/transcript.ts'

const folder = fileURLToPath(new URL('transcripts', import.meta.url))

suite('transcripts', (test) => {
  for (const name of readdirSync(folder)
    .filter((entry) => entry.endsWith('.txt'))
    .sort()) {
    test(name, async (context) => {
      await runTranscript(join(folder, name), context)
    })
  }
})
