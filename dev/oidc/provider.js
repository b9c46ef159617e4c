// A provider for tests: the certified oidc-provider, with the pages that it has for developers. Started with PORT, with
// REDIRECTS (addresses that may be come back to, with spaces between them), with CLIENT_SECRET, and with PEOPLE, as
// JSON: what is said of whoever signs in under a name.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const { PORT, REDIRECTS, PEOPLE, CLIENT_SECRET } = process.env;
const people = JSON.parse(PEOPLE);

const provider = new Provider(`http://127.0.0.1:${PORT}`, {
  clients: [
    {
      client_id: "rejoinder",
      client_secret: CLIENT_SECRET,
      redirect_uris: REDIRECTS.split(" "),
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  cookies: { keys: ["only for tests"] },
  pkce: { required: () => true },
  async findAccount(_context, id) {
    return { accountId: id, claims: async () => ({ sub: id, ...people[id] }) };
  },
});

createServer(provider.callback()).listen(Number(PORT), "127.0.0.1");
