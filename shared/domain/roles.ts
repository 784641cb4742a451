/** What a person does here. Each role reads everything; commands are allowed by {@link mayRun}. */
export const roles = ['catalogue', 'finance', 'support', 'administrator'] as const;
export type Role = (typeof roles)[number];

/** The authority a command needs. `anyone` is a person's own preferences. */
export const authorities = ['anyone', 'review', 'sellers', 'finance', 'orders', 'settings'] as const;
export type Authority = (typeof authorities)[number];

const granted: Readonly<Record<Role, readonly Authority[]>> = {
  catalogue: ['anyone', 'review', 'sellers'],
  finance: ['anyone', 'sellers', 'finance'],
  support: ['anyone', 'orders'],
  administrator: ['anyone', 'review', 'sellers', 'finance', 'orders', 'settings'],
};

/** Whether the role may run a command that needs the authority. */
export function mayRun(role: Role, authority: Authority): boolean {
  return granted[role].includes(authority);
}
