/*
  A provider for tests: the certified oidc-provider, with the pages that it has for developers. Started with
  PORT, REDIRECTS (addresses that may be come back to, with spaces between them), and people as JSON in PEOPLE: what is
  said of who signs in under a name.
*/
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

const { PORT, REDIRECTS, PEOPLE, CLIENT_SECRET } = process.env
const issuer = `http://127.0.0.1:${PORT}`
const people = JSON.parse(PEOPLE)

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'rejoinder',
    client_secret: CLIENT_SECRET,
    redirect_uris: REDIRECTS.split(' '),
    grant_types: ['authorization_code'],
    response_types: ['code'],
  }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  cookies: { keys: ['only for tests'] },
  pkce: { required: () => true },
  async findAccount(_ctx, id) {
    return { accountId: id, claims: async () => ({ sub: id, ...people[id] }) }
  },
})

createServer(provider.callback()).listen(Number(PORT), '127.0.0.1')
