/** A long-running git filter that changes nothing: what git and the protocol cost by themselves. */
const fs = require('node:fs')

let unread = Buffer.alloc(0)
readList()
reply('git-filter-server', 'version=2')
readList()
reply('capability=clean', 'capability=smudge')
for (;;) {
  readList()
  const content = Buffer.concat(readList())
  const packets = []
  for (let start = 0; start < content.length; start += 65_516)
    packets.push(packet(content.subarray(start, start + 65_516)))
  write(Buffer.concat([packet('status=success\n'), Buffer.from('0000'), ...packets, Buffer.from('00000000')]))
}

function readList() {
  const payloads = []
  for (;;) {
    const length = Number.parseInt(take(4).toString('latin1'), 16)
    if (length === 0) return payloads
    payloads.push(take(length - 4))
  }
}

function take(count) {
  while (unread.length < count) {
    const chunk = Buffer.alloc(65_536)
    const read = fs.readSync(0, chunk)
    if (read === 0) process.exit(0)
    unread = Buffer.concat([unread, chunk.subarray(0, read)])
  }
  const taken = unread.subarray(0, count)
  unread = unread.subarray(count)
  return taken
}

function reply(...lines) {
  write(Buffer.concat([...lines.map((line) => packet(`${line}\n`)), Buffer.from('0000')]))
}

function packet(payload) {
  const bytes = Buffer.from(payload)
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes])
}

function write(bytes) {
  for (let start = 0; start < bytes.length; ) start += fs.writeSync(1, bytes, start)
}
