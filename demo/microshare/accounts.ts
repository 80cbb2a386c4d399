/** One user in one organisation. The same user with another `identity` is a second account. */
export interface Account {
  username: string;
  password: string;
  /** The API key from Manage > Keys. */
  clientId: string;
  /** Owner of what the account writes; what its tokens may read. */
  org: string;
  /** Code that picks the organisation at login. */
  identity: string;
  identityName: string;
  /** A pipe token that exists from the start, so that it outlives a restart of the stand-in. */
  pipeToken?: string;
}

/** Two tenants who write the same recTypes. Every value is made up. */
export const ACCOUNTS: [Account, Account] = [
  {
    username: 'alice@city.example',
    password: 'not-a-secret-1',
    clientId: 'AAAAAAAA-0000-4000-8000-000000000001',
    org: 'example.city',
    identity: 'citydefau',
    identityName: 'City Default',
    pipeToken: 'fa4e'.repeat(16),
  },
  {
    username: 'bob@farm.example',
    // Breaks a query that is not percent-encoded, as Microshare's quick start warns.
    password: 'not+a&secret#2',
    clientId: 'BBBBBBBB-0000-4000-8000-000000000002',
    org: 'example.farm',
    identity: 'farmdefau',
    identityName: 'Farm Default',
    pipeToken: 'b0b0'.repeat(16),
  },
];
