import type { Selection } from '../core/metadata-model.ts'
import type { LikelyFile } from './find-likely-files.ts'
import type { NewEnvironment } from './secretsrc-text.ts'

/** Environments by the words in paths that stand for them. */
const WORDS: readonly (readonly [string, ReadonlySet<string>])[] = [
  ['production', new Set(['production', 'prod', 'prd', 'live'])],
  ['staging', new Set(['staging', 'stage', 'stg', 'preprod', 'uat', 'preview'])],
  ['development', new Set(['development', 'dev', 'develop', 'local'])],
]

/** Where a file goes whose path says nothing, and all that are proposed where there is no file at all. */
const DEFAULT_ENVIRONMENT = 'development'
const ALL_ENVIRONMENTS = ['development', 'staging', 'production']

/** Of a Kubernetes Secret the values alone are secret; `kind` and `metadata` have to stay readable for its tools. */
const MANIFEST_SELECTION: Selection = { by: 'encrypted_regex', pattern: '^(data|stringData)$' }
const MANIFEST_SUFFIX = '-kubernetes'

/** What is known before anything is proposed. */
export interface ProposalOptions {
  /** Names that the user wants; empty: those that the files speak of. */
  readonly names: readonly string[]
  /** Names of the recipients of each environment. */
  readonly recipients: readonly string[]
}

/** Environments for files, each file in one; with several kinds of files an environment is split, because it has one selection. */
export function proposeEnvironments(
  files: readonly LikelyFile[],
  { names, recipients }: ProposalOptions,
): readonly NewEnvironment[] {
  const placed = files.map((file) => ({ file, name: environmentFor(file.path, names) }))
  const found = ['development', 'staging', 'production'].filter((name) => placed.some((one) => one.name === name))
  const wanted = names.length > 0 ? names : found.length > 0 ? found : ALL_ENVIRONMENTS
  return wanted.flatMap((name) => {
    const own = placed.filter((one) => one.name === name).map(({ file }) => file)
    return split(name, own).map((environment) => ({ ...environment, groups: [recipients] }))
  })
}

/** The environment that a path speaks of; one of `names` if there are any. */
export function environmentFor(path: string, names: readonly string[]): string {
  const words = path.toLowerCase().split(/[^a-z0-9]+/)
  const named = names.find((name) => words.includes(name.toLowerCase()))
  const spoken = WORDS.find(([, synonyms]) => words.some((word) => synonyms.has(word)))?.[0]
  if (names.length === 0) return spoken ?? DEFAULT_ENVIRONMENT
  const [first = DEFAULT_ENVIRONMENT] = names
  const fitting = spoken !== undefined && names.includes(spoken) ? spoken : undefined
  return named ?? fitting ?? (names.includes(DEFAULT_ENVIRONMENT) ? DEFAULT_ENVIRONMENT : first)
}

function split(name: string, files: readonly LikelyFile[]): readonly Omit<NewEnvironment, 'groups'>[] {
  const manifests = files.filter(({ isManifest }) => isManifest).map(({ path }) => literal(path))
  const others = files.filter(({ isManifest }) => !isManifest).map(({ path }) => literal(path))
  if (manifests.length === 0) return [{ name, files: others.length === 0 ? [`secrets/${name}.*`] : others }]
  const selection = MANIFEST_SELECTION
  if (others.length === 0) return [{ name, files: manifests, selection }]
  return [
    { name, files: others },
    { name: `${name}${MANIFEST_SUFFIX}`, files: manifests, selection },
  ]
}

/** A path as a pattern that matches nothing else. */
function literal(path: string): string {
  return path.replace(/[*?[{}]/g, '[$&]')
}
