/** A real terminal for programs that behave differently on one. It is Python's, which most systems have. */
import { spawn, spawnSync } from 'node:child_process'

/** What is done at the terminal: wait until its output, from where the step before left off, matches; then type, or change its size. */
export interface PtyStep {
  /** Python's regular expression. */
  readonly until: string
  readonly type?: string
  /** Rows and columns. */
  readonly size?: readonly [number, number]
}

/** How a program on a terminal ended. */
export interface PtyResult {
  readonly status: number
  /** All that the terminal showed. */
  readonly screen: string
}

const DRIVER = `
import fcntl, json, os, pty, re, select, signal, struct, sys, termios, time
job = json.loads(sys.stdin.read())
pid, terminal = pty.fork()
if pid == 0:
    os.chdir(job['cwd'])
    os.execve(job['program'], [job['program']] + job['args'], job['env'])
shown, start, deadline = b'', 0, time.monotonic() + job['seconds']
def more():
    global shown
    if not select.select([terminal], [], [], max(0, deadline - time.monotonic()))[0]:
        raise TimeoutError()
    try:
        read = os.read(terminal, 65536)
    except OSError:
        read = b''
    shown += read
    return read != b''
try:
    for step in job['steps']:
        pattern = re.compile(step['until'].encode())
        found = pattern.search(shown, start)
        while found is None:
            if not more():
                break
            found = pattern.search(shown, start)
        if found is None:
            break
        start = found.end()
        if 'size' in step:
            fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', *step['size'], 0, 0))
        if 'type' in step:
            os.write(terminal, step['type'].encode())
    while more():
        pass
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
except TimeoutError:
    os.kill(pid, signal.SIGKILL)
    status = 999
print(json.dumps({'status': status, 'screen': shown.decode('utf8', 'replace')}))
`

/** Whether there is such a terminal here. */
export function hasPty(): boolean {
  if (process.platform === 'win32') return false
  const version = 'import sys, pty; sys.exit(0 if sys.version_info >= (3, 9) else 1)'
  return spawnSync('python3', ['-c', version]).status === 0
}

/** Runs a program on a terminal of its own and does the steps there. The status is 999 where it was killed after a minute. */
export async function runOnPty(
  program: string,
  args: readonly string[],
  {
    cwd,
    env,
    steps,
  }: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly steps: readonly PtyStep[] },
): Promise<PtyResult> {
  const child = spawn('python3', ['-c', DRIVER], { stdio: ['pipe', 'pipe', 'inherit'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stdin.end(JSON.stringify({ program, args, cwd, env, steps, seconds: 60 }))
  await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  const result: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
  if (typeof result !== 'object' || result === null || !('status' in result) || !('screen' in result)) {
    throw new Error('the terminal gave no result')
  }
  return { status: Number(result.status), screen: String(result.screen) }
}
