/** The credentials of a login. */
export const LOGIN = ['username', 'password', 'apiKey'] as const;
