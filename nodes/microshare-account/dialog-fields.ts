/** The credentials of a login. */
export const LOGIN = ['username', 'password', 'apiKey'] as const;

/** The texts that the buttons of the dialog send. */
export const TEXTS = ['apiUrl', 'authUrl', 'mode', 'identity', 'scope', 'loginStyle', 'proxy'] as const;
