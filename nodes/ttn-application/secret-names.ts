/** The credentials; beside each may stand the property that names an environment variable in its stead. */
export const SECRETS = ['apiKey', 'webhookSecret', 'password'] as const;
