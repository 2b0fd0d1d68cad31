import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { encryptedAs } from '../formats/encrypted-as.ts'
import { formatNameOf } from '../formats/find-format.ts'
import { inParallel } from './in-parallel.ts'
import { readFileContent } from './read-file.ts'

/** A file that looks as if it held secrets. */
export interface LikelyFile {
  /** Relative to the root, `/`-separated. */
  readonly path: string
  /** Whether it is the manifest of a Kubernetes Secret, of which `data` and `stringData` alone are secret. */
  readonly isManifest: boolean
  readonly isEncrypted: boolean
}

/** Folders of other people's code, of products and of made-up data. Folders of tools (`.git`, `.venv`) begin with a dot. */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(
  'node_modules vendor third_party dist build target out coverage venv __pycache__ test tests __tests__ spec fixtures testdata examples'.split(
    ' ',
  ),
)

/** Levels of folders, and entries of them, that are looked at: a proposal has to come at once. */
const MAX_DEPTH = 12
const MAX_ENTRIES = 100_000

/** Bytes of a file that is looked into. Manifests of Secrets are limited to 1 MiB (Kubernetes, `MaxSecretSize`). */
const MAX_LOOKED_INTO = 2 * 1024 * 1024

const DATA_SUFFIX = /\.(?:ya?ml|json|ini|env|properties|toml|conf|cfg|txt|xml)$/i
const SAMPLE = /(?:^|[._-])(?:example|sample|template|tmpl|dist|default|schema)s?(?:$|[._-])/i
const KEY_FILE = /(?:\.(?:pem|key|p12|pfx|jks|keystore)|^id_(?:rsa|ecdsa|ed25519))$/i

const MANIFEST = [/^kind:[ \t]*["']?Secret["']?[ \t\r]*(?:#.*)?$/m, /"kind"\s*:\s*"Secret"/]
const AGE_IDENTITY = /^AGE-(?:SECRET-KEY|PLUGIN)-/m

/**
 * The files below `root` whose names or contents say that they hold secrets, sorted: `.env` files, names with "secret" or
 * "credential", private keys, manifests of Kubernetes Secrets. Samples, links and age key files (which must not be
 * encrypted with themselves) are left out; what cannot be read too.
 */
export async function findLikelyFiles(root: string): Promise<readonly LikelyFile[]> {
  const paths = (await candidates(root)).sort()
  const files = await inParallel(paths, 16, (path) => lookInto(root, path))
  return files.filter((file) => file !== undefined)
}

async function candidates(root: string): Promise<string[]> {
  const found: string[] = []
  const open = ['']
  let seen = 0
  for (let folder = open.pop(); folder !== undefined && seen < MAX_ENTRIES; folder = open.pop()) {
    for (const entry of await list(join(root, folder))) {
      seen += 1
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory() && isEntered(entry.name, path)) open.push(path)
      else if (entry.isFile() && !UNNAMEABLE.test(path) && (hasLikelyName(path) || /\.(?:ya?ml|json)$/.test(path)))
        found.push(path)
    }
  }
  return found
}

async function list(folder: string): Promise<readonly Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => [])
}

/** No pattern can name what these stand in. */
const UNNAMEABLE = /[\\\p{C}]/u

function isEntered(name: string, path: string): boolean {
  return !name.startsWith('.') && !SKIPPED_FOLDERS.has(name) && path.split('/').length <= MAX_DEPTH
}

/** By the name of the file, or of a folder that is called so for data. */
function hasLikelyName(path: string): boolean {
  const name = basename(path)
  if (SAMPLE.test(name) || /\.pub$/i.test(name)) return false
  if (/^\.env(?:\.|$)/.test(name) || name.endsWith('.env') || KEY_FILE.test(name)) return true
  return /secret|credential/i.test(name.includes('.') ? path : name) && (DATA_SUFFIX.test(name) || !name.includes('.'))
}

async function lookInto(root: string, path: string): Promise<LikelyFile | undefined> {
  const bytes = await readFileContent(join(root, path), { root, limit: MAX_LOOKED_INTO }).then(
    (content) => content.bytes,
    () => undefined,
  )
  if (bytes === undefined || bytes.length === 0) return undefined
  const text = Buffer.from(bytes).toString('utf8')
  const isEncrypted = encryptedAs(bytes, formatNameOf(path)) !== undefined
  const isManifest = DATA_SUFFIX.test(path) && MANIFEST.some((sign) => sign.test(text))
  if (AGE_IDENTITY.test(text) || !(isManifest || isEncrypted || hasLikelyName(path))) return undefined
  return { path, isManifest, isEncrypted }
}
