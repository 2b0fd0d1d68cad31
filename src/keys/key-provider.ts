import type { KeyEntry } from '../core/metadata-model.ts'
import type { OpeningLog } from './opening-log.ts'

/**
 * The contract of a kind of recipient. Adding one is one new file in `src/keys/providers/` that exports
 * `provider`; `npm run generate` makes it known. Several providers may share one metadata list (age keys,
 * SSH keys and age plugins are all entries of `age`).
 */
export interface KeyProvider {
  /** Unique, as `keys.md` and `--json` call it: `age`, `ssh`, `aws-kms`. */
  readonly id: string
  readonly summary: string
  /** sops's metadata list: `age`, `kms`, … */
  readonly list: string
  /** Whether unwrapping needs the network or a person: such entries are tried after the local ones. */
  readonly remote: boolean
  /**
   * Matches the references of this provider as `.secretsrc` and `.sops.yaml` write them (`age1…`, an ARN).
   * Source of a JavaScript regular expression, so that the registry can hold it as a literal and finding
   * the provider of a reference loads no provider. No two providers may match one reference.
   */
  readonly pattern: string
  /**
   * Matches the names of variables that hold credentials by which keys of this kind are used, or the path of a file of such: programs
   * that are started with values do not get them. Source of a JavaScript regular expression for the whole name. What only says
   * which identity of several is used (a profile, a tenant) is none: without it, a program would use another one.
   */
  readonly credentials?: string
  /** Checks a reference and gives its canonical form (the one that files and config are compared by). Throws `BAD_RECIPIENT`. */
  canonical(reference: string): string
  /** The canonical reference of an entry of a file; undefined when the entry is none of this provider's. */
  referenceOf(entry: KeyEntry): string | undefined
  /**
   * Only where one recipient has several references: whether the canonical reference `found` in a file is what the
   * canonical reference `configured` stands for (the URL of a key without version stands for all of its versions).
   * Without it, equality decides.
   */
  covers?(configured: string, found: string): boolean
  /** Encrypts `dataKey` (32 bytes, or a 33-byte share) to a canonical reference. */
  wrap(reference: string, dataKey: Uint8Array, context: KeyContext): Promise<KeyEntry>
  /**
   * Decrypts an entry. `{ opened }` on success; `{ failed }` with one line for the reader that names the
   * identities that were tried, where each came from and why none fitted. Throws only for what would
   * be wrong for every other entry too (an interrupt).
   */
  unwrap(entry: KeyEntry, context: KeyContext): Promise<Unwrapped>
  /**
   * Only for providers that look for identities in several places: opens whichever of one group's entries it
   * can, place by place, so that nothing asks, runs or waits while a place before it would have done. Providers that share their places
   * share this function, and are asked once for the entries of all of them.
   */
  readonly unwrapAny?: (entries: readonly KeyEntry[], context: KeyContext) => Promise<Unwrapped>
}

/** Outcome of one attempt to open an entry. `reason` and `tried` never quote a key. */
export type Unwrapped =
  | {
      readonly opened: Uint8Array
      /** Where the identity came from. */
      readonly by: string
      /** Of several entries, the recipient of the one that was opened. */
      readonly recipient?: string
    }
  | { readonly failed: string; readonly tried: readonly TriedIdentity[] }

/** An identity (or place for one) that was looked at. */
export interface TriedIdentity {
  /** `SECRETS_AGE_KEY_FILE (/home/a/keys.txt)`, `~/.config/sops/age/keys.txt`. */
  readonly source: string
  /** Public name of the identity (`age1…`), if there was a usable one. */
  readonly recipient?: string
  /** Why it did not help: `not found`, `is not a recipient of this file`, `line 3 is no identity`. */
  readonly outcome: string
}

/** The outcome of a variable that is not there: reports gather these in one line. */
export const NOT_SET = 'not set'

/** All that is ambient for providers, as values: tests pass their own. */
export interface KeyContext {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  /** The user's home folder. */
  readonly home: string
  readonly signal?: AbortSignal
  readonly now: () => Date
  /** Asks for a passphrase on the terminal; undefined where nobody can be asked. */
  readonly askPassphrase?: (question: string) => Promise<string>
  /** Asks for something that is no secret, and may be seen while it is typed. */
  readonly askText?: (question: string) => Promise<string>
  /** Lets the user choose one of one or two answers; gives its index. */
  readonly choose?: (question: string, answers: readonly string[]) => Promise<number>
  /** Shows a message of a key provider ("touch the key") to the user. */
  readonly notify?: (message: string) => void
  /**
   * One value for the life of a command under `key`, made once even when asked for side by side:
   * identities found, clients, credentials, unwrapped entries.
   */
  once<Value>(key: string, make: () => Promise<Value>): Promise<Value>
  /** Told of every data key that is opened; absent where nobody keeps a log. */
  readonly openings?: OpeningLog
}
