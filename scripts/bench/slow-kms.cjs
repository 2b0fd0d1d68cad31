/** AWS KMS as far as a benchmark needs it, each answer after some milliseconds: `node slow-kms.cjs FILE MILLISECONDS` writes its port to FILE. */
const { renameSync, writeFileSync } = require('node:fs')
const { createServer } = require('node:http')

const [file, latency] = process.argv.slice(2)
const MARK = 'wrapped: '

const server = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const { KeyId, Plaintext, CiphertextBlob } = JSON.parse(Buffer.concat(chunks).toString())
    const answer = request.headers['x-amz-target'].endsWith('.Encrypt')
      ? { KeyId, CiphertextBlob: Buffer.from(MARK + Plaintext).toString('base64') }
      : { KeyId, Plaintext: Buffer.from(CiphertextBlob, 'base64').toString().replace(MARK, '') }
    setTimeout(() => {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
      response.end(JSON.stringify(answer))
    }, Number(latency))
  })
})

server.listen(0, '127.0.0.1', () => {
  writeFileSync(`${file}.tmp`, String(server.address().port))
  renameSync(`${file}.tmp`, file)
})
