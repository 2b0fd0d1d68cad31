import { dirname, join, resolve } from 'node:path'
import { SecretsError } from '../../core/errors.ts'
import { convertSopsConfig } from '../../project/convert-sops-config.ts'
import { findLikelyFiles, type LikelyFile } from '../../project/find-likely-files.ts'
import { findProject, SECRETSRC_NAME, SOPS_CONFIG_NAME } from '../../project/find-project.ts'
import { exists, newConfigFile, refuseExisting } from '../../project/init-place.ts'
import { nameProblem } from '../../project/names.ts'
import { shownPath } from '../../project/paths.ts'
import { environmentFor, proposeEnvironments } from '../../project/propose-environments.ts'
import { readSecretsrc } from '../../project/read-secretsrc.ts'
import { type NewRecipient, secretsrcText } from '../../project/secretsrc-text.ts'
import { writeFiles } from '../../project/write-files.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { givenRecipients } from '../init/given-recipients.ts'
import { offerInstall } from '../init/offer-install.ts'
import { type OwnKey, ownKey } from '../init/own-key.ts'
import { printResult } from '../init/print-result.ts'

const INSTEAD = 'use --yes to take what is proposed'

/** `secrets init` */
export const command: Command = defineCommand({
  name: 'init',
  group: 'start',
  summary: 'make a .secretsrc for this repository',
  description: [
    'Looks for files that seem to hold secrets (.env files, names with "secret" or "credential", private keys, Kubernetes ' +
      'Secrets), sorts them into environments and writes .secretsrc at the root of the repository, with your key as the ' +
      'first recipient. It asks first; with --yes it takes what it would propose. No file is encrypted by it.',
    'In a git repository it offers to do what "secrets install" does: git then encrypts secret files by itself, and its hooks check ' +
      'what it takes. --yes takes that too; --install and --no-install say so without a question.',
    'With --from it says in the words of .secretsrc what a .sops.yaml says.',
  ],
  examples: [
    { line: 'secrets init', description: 'asks, with proposals' },
    { line: 'secrets init --yes', description: 'takes all proposals: for scripts' },
    { line: 'secrets init --from .sops.yaml', description: 'converts the configuration of sops' },
    {
      line: 'secrets init --yes --no-key --environment production --recipient ci=age1…',
      description: 'with a recipient that is not you',
    },
  ],
  options: {
    yes: { type: 'boolean', alias: 'y', description: 'take all proposals without asking' },
    environment: {
      type: 'strings',
      alias: 'e',
      value: 'NAME',
      description: 'an environment to make, in place of those proposed',
    },
    recipient: {
      type: 'strings',
      alias: 'r',
      value: 'NAME=KEY',
      description: 'somebody who can read all of it',
    },
    noKey: { type: 'boolean', description: 'do not add your own key, nor make one' },
    from: {
      type: 'string',
      value: 'FILE',
      description: 'a .sops.yaml to convert',
      conflicts: ['environment', 'recipient'],
      complete: 'file',
    },
    install: { type: 'boolean', description: 'set git up in this clone', conflicts: ['noInstall'] },
    noInstall: { type: 'boolean', description: 'leave git as it is' },
  },
  json: true,
  async run(args, context) {
    const { cwd, configFile } = context
    const file = resolve(cwd, configFile ?? (await configFileFor(args.from, cwd)))
    checkNames(args.environment)
    await refuseExisting(file, shownPath(cwd, file))
    const from = args.from ?? (await sopsConfigBeside(file, args, context))
    const made =
      from === undefined ? await propose(dirname(file), args, context) : await convert(resolve(cwd, from), context)
    // A configuration that would be refused is never written.
    const project = await readSecretsrc(Buffer.from(made.text), file, shownPath(cwd, file))
    await writeFiles([{ path: file, content: Buffer.from(made.text), expects: 'nothing', protection: 'shared' }], {
      signal: context.signal,
    })
    const setUp = await offerInstall(project, args, context)
    await printResult({ project, files: made.files, own: made.own, setUp }, context)
  },
})

interface Wishes {
  readonly yes: boolean
  readonly noKey: boolean
  readonly environment: readonly string[]
  readonly recipient: readonly string[]
}

interface Made {
  readonly text: string
  readonly files: readonly LikelyFile[]
  readonly own: OwnKey | undefined
}

async function configFileFor(from: string | undefined, cwd: string): Promise<string> {
  // The rules of a `.sops.yaml` are relative to its folder.
  return from === undefined ? newConfigFile(cwd) : join(dirname(resolve(cwd, from)), SECRETSRC_NAME)
}

/** The `.sops.yaml` in the same folder, if it is to be converted: a new configuration would silently take its place. */
async function sopsConfigBeside(
  file: string,
  { yes, environment, recipient }: Wishes,
  { questions }: CommandContext,
): Promise<string | undefined> {
  const config = join(dirname(file), SOPS_CONFIG_NAME)
  if (environment.length > 0 || recipient.length > 0 || !(await exists(config))) return undefined
  const message = `There is a ${SOPS_CONFIG_NAME} here. Convert it?`
  const instead = `use --from ${SOPS_CONFIG_NAME} to convert it, or name environments with --environment`
  return yes || (await questions.confirm({ message, suggestion: true, instead })) ? config : undefined
}

async function convert(file: string, { cwd }: CommandContext): Promise<Made> {
  const place = { file: shownPath(cwd, file) }
  if (!(await exists(file))) throw new SecretsError('FILE_NOT_FOUND', 'there is no such file to convert', { place })
  const project = await findProject({ cwd, config: file, env: {} })
  if (project.source !== 'sops') {
    throw new SecretsError('CONFIG_INVALID', 'this is no configuration of sops', {
      place,
      hint: `--from takes a ${SOPS_CONFIG_NAME}`,
    })
  }
  return { text: convertSopsConfig(project), files: [], own: undefined }
}

function checkNames(names: readonly string[]): void {
  for (const name of names) {
    const wrong = nameProblem(name)
    if (wrong !== undefined) throw new SecretsError('USAGE', `--environment ${name}: ${wrong}`)
  }
}

async function propose(root: string, wishes: Wishes, context: CommandContext): Promise<Made> {
  const given = await givenRecipients(wishes.recipient, await context.keyring())
  const files = await chooseFiles(await findLikelyFiles(root), wishes, context)
  const own = wishes.noKey ? undefined : await ownKey(context, wishes)
  const recipients = together(own, given)
  if (recipients.length === 0) {
    throw new SecretsError('NO_RECIPIENTS', 'nobody could read what would be encrypted', {
      hint: 'leave out --no-key to use a key of yours, or name somebody with --recipient NAME=KEY',
    })
  }
  const environments = proposeEnvironments(files, {
    names: wishes.environment,
    recipients: recipients.map(({ name }) => name),
  })
  return { text: secretsrcText({ recipients, environments }), files, own }
}

async function chooseFiles(
  found: readonly LikelyFile[],
  { yes, environment }: Wishes,
  { questions }: CommandContext,
): Promise<readonly LikelyFile[]> {
  if (yes || found.length === 0) return found
  const chosen = await questions.checkbox({
    message: 'These files seem to hold secrets. Which of them shall be encrypted?',
    instead: INSTEAD,
    choices: found.map(({ path, isManifest, isEncrypted }) => ({
      value: path,
      name: `${path} (${environmentFor(path, environment)}${isManifest ? ', Kubernetes Secret' : ''}${isEncrypted ? ', encrypted already' : ''})`,
      chosen: true,
    })),
  })
  return found.filter(({ path }) => chosen.includes(path))
}

/** The user first; a key that is given too keeps the name that it is given with. */
function together(own: OwnKey | undefined, given: readonly NewRecipient[]): readonly NewRecipient[] {
  if (own === undefined || given.some(({ reference }) => reference === own.reference)) return given
  let name = own.name
  for (let number = 2; given.some((other) => other.name === name); number += 1) name = `${own.name}-${number}`
  return [{ name, reference: own.reference }, ...given]
}
