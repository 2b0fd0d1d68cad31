import { redactStream } from '../../pipeline/redaction/redact-stream.ts'
import { Redactor, SecretIndex } from '../../pipeline/redaction/redactor.ts'
import { decryptFiles } from '../../project/decrypt-files.ts'
import { resolveTargets } from '../../project/targets.ts'
import { type Command, defineCommand } from '../command.ts'
import { fileSecrets } from '../redaction/file-secrets.ts'
import { maskedNames, maskedText } from '../redaction/report-redaction.ts'

/** `secrets redact` */
export const command: Command = defineCommand({
  name: 'redact',
  group: 'pipeline',
  summary: 'mask values in whatever is piped through',
  description: [
    'Passes standard input on to standard output, byte for byte, but for the encrypted values of the targets: they become [redacted], as ' +
      'they are and however they are quoted (JSON, XML, shells, URLs and such, also within each other), in base64, hexadecimal, UTF-16, ' +
      'capitals, with colours between, line by line, re-wrapped, and cut anywhere between two writes.',
    'What cannot be a secret passes at once; what may be the beginning of one is held until it is known. Values that logs are full of ' +
      'anyway (true, 5432, production) are not masked, and are named on standard error: docs/redaction.md has the rule.',
    'At the end it says how often which name was masked. With --check the exit status is 1 if anything was.',
  ],
  examples: [
    { line: './deploy.sh 2>&1 | secrets redact production', description: 'a log without secrets' },
    {
      line: 'secrets redact --check production < build.log > /dev/null',
      description: 'fail a job whose log shows one',
    },
  ],
  positionals: {
    targets: { arity: 'some', description: 'environments, files or globs: whose values', complete: 'target' },
  },
  options: { check: { type: 'boolean', description: 'exit with status 1 if anything was masked' } },
  async run({ targets, check }, context) {
    const { terminal } = context
    const project = await context.projectIfAny()
    const files = await resolveTargets(targets, { project, cwd: context.cwd })
    const { masked, left } = fileSecrets(await decryptFiles(files, { project, keyring: await context.keyring() }))
    if (left.length > 0) terminal.note(`not masked: ${left.join(', ')}`)
    const index = new SecretIndex(masked)
    const redactor = new Redactor(index)
    await redactStream(context.inputPieces(), redactor, (content) => terminal.result(content))
    const counts = maskedNames(index, [redactor])
    if (counts.size > 0) terminal.note(`masked: ${maskedText(counts)}`)
    return check && counts.size > 0 ? 1 : 0
  },
})
