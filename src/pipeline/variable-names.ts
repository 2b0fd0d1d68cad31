import { type Place, SecretsError } from '../core/errors.ts'
import type { Path } from '../core/tree.ts'

/** How names of variables are made of paths. */
export interface NameOptions {
  /** Stands before every name, as given. */
  readonly prefix?: string | undefined
  /** Whether the keys are written in capitals. */
  readonly upperCase?: boolean
}

/** What every shell and system takes as a name (POSIX.1-2017, 8.1, with the small letters that all take). */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** The name for an entry: keys and list indices joined by `_`. */
export function joinedName(path: Path, { prefix = '', upperCase = false }: NameOptions): string {
  const joined = path.map(String).join('_')
  return prefix + (upperCase ? joined.toUpperCase() : joined)
}

/** Throws `BAD_NAME`, with the place given, for what is no name of a variable. */
export function checkVariableName(name: string, place: Place): void {
  if (NAME.test(name)) return
  const beginsWrong = /^[0-9]/.test(name) && NAME.test(`_${name}`)
  throw new SecretsError('BAD_NAME', 'this entry cannot be a variable: names have letters, digits and _ alone', {
    place,
    hint: beginsWrong
      ? 'names cannot begin with a digit: put something before them with --prefix'
      : 'choose the entries that you need with --only, or give the entry another name',
  })
}

/**
 * Variables that make the programs they reach run something else, or trust somebody else: who may write a secret file
 * must not thereby run code where it is used. Tokens for git are what files are for.
 */
const DANGEROUS: readonly RegExp[] = [
  // Loaders of the system.
  /^(LD|DYLD)_/,
  /^(GCONV_PATH|GLIBC_TUNABLES|LOCPATH|NLSPATH|MALLOC_\w+|RES_OPTIONS|HOSTALIASES|LOCALDOMAIN)$/,
  // Where programs are found, and what stands for a shell.
  /^(PATH|PATHEXT|COMSPEC|SYSTEMROOT|WINDIR|HOME|USERPROFILE|SHELL|TMPDIR|TEMP|TMP)$/,
  /^(BASH_ENV|ENV|ZDOTDIR|SHELLOPTS|BASHOPTS|IFS|PS4|PROMPT_COMMAND|CDPATH|GLOBIGNORE|BASH_FUNC_\w*)$/,
  // Programs that other programs start.
  /^(EDITOR|VISUAL|PAGER|BROWSER|LESSOPEN|LESSCLOSE|MANPAGER|SSH_ASKPASS|SUDO_ASKPASS|SUDO_EDITOR)$/,
  /^GIT_(?!(TOKEN|PASSWORD|USER|USERNAME)$)/,
  /^SVN_SSH$|^RSYNC_RSH$|^CVS_RSH$/,
  // Interpreters and build tools.
  /^NODE_(OPTIONS|PATH|REPL_EXTERNAL_MODULE|EXTRA_CA_CERTS|TLS_REJECT_UNAUTHORIZED)$/,
  /^NPM_CONFIG_(SCRIPT_SHELL|SHELL|NODE_OPTIONS|USERCONFIG|GLOBALCONFIG|REGISTRY)$/,
  /^PYTHON(PATH|HOME|STARTUP|INSPECT|BREAKPOINT|USERBASE|EXECUTABLE)$/,
  /^(PERL5OPT|PERL5LIB|PERLLIB|PERL5DB|RUBYOPT|RUBYLIB|GEM_PATH|GEM_HOME|BUNDLE_GEMFILE|PHPRC|PHP_INI_SCAN_DIR)$/,
  /^(JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|JAVA_OPTS|CLASSPATH|MAVEN_OPTS|GRADLE_OPTS)$/,
  /^(DOTNET_STARTUP_HOOKS|DOTNET_ADDITIONAL_DEPS|COR_PROFILER\w*|CORECLR_\w+|GOFLAGS|RUSTFLAGS|RUSTC_WRAPPER)$/,
  /^(MAKEFLAGS|SSL_CERT_FILE|SSL_CERT_DIR|CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE|OPENSSL_CONF|OPENSSL_MODULES)$/,
  // Ours, and those of sops: keys, and programs that give keys.
  /^(SECRETS|SOPS)_/,
]

/** Whether a variable of this name changes what programs do, and must be allowed by name. Case does not matter: npm and Windows ignore it. */
export function isDangerousName(name: string): boolean {
  const upper = name.toUpperCase()
  return DANGEROUS.some((pattern) => pattern.test(upper))
}
