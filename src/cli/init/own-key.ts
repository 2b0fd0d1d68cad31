import { basename } from 'node:path'
import { gitUserName } from '../../git/user-name.ts'
import { findIdentities } from '../../keys/age/find-identities.ts'
import { generateIdentity, keyFileEntry } from '../../keys/age/generate.ts'
import { defaultKeyFile } from '../../keys/age/key-file.ts'
import { nameProblem } from '../../project/names.ts'
import type { NewRecipient } from '../../project/secretsrc-text.ts'
import type { CommandContext } from '../context.ts'
import { addToKeyFile } from '../write-key-file.ts'

/** The user as a recipient. */
export interface OwnKey extends NewRecipient {
  /** The key file, when the key was made just now. */
  readonly madeIn: string | undefined
}

/** The user's own key: the first that is found where keys are looked for, else a new one if they agree; undefined if not. */
export async function ownKey(context: CommandContext, { yes }: { readonly yes: boolean }): Promise<OwnKey | undefined> {
  const found = await findIdentities(context.keyContext)
  const reference = found.flatMap(({ recipients }) => recipients)[0]
  const name = await userName(context)
  if (reference !== undefined) return { name, reference, madeIn: undefined }
  const file = defaultKeyFile(context.keyContext)
  if (file === undefined) return undefined
  const agreed =
    yes ||
    (await context.questions.confirm({
      message: `You have no age key yet. Make one in ${file}?`,
      suggestion: true,
      instead: 'use --yes to take what is proposed, or --no-key with --recipient NAME=KEY',
    }))
  if (!agreed) return undefined
  const key = await generateIdentity({ postQuantum: false })
  await addToKeyFile({ file, cwd: context.cwd }, keyFileEntry(key, context.now()))
  return { name, reference: key.recipient, madeIn: file }
}

/** A name for a recipient that can be typed without quotes: `Zoë Müller` is `zoe-muller`. */
export function recipientName(text: string): string | undefined {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const name = plain
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '')
  return nameProblem(name) === undefined ? name : undefined
}

async function userName({ cwd, env, home }: CommandContext): Promise<string> {
  const candidates = [await gitUserName(cwd, env), env['USER'], env['USERNAME'], env['LOGNAME'], basename(home)]
  return candidates.flatMap((text) => recipientName(text ?? '') ?? [])[0] ?? 'me'
}
