/** Classes of link-local remotes that are counted on their own; every other remote is `other`. */
export const LINK_LOCAL_CLASSES = ['metadata', 'time', 'link_local_v4', 'link_local_v6'] as const;
export type LinkLocalClass = (typeof LINK_LOCAL_CLASSES)[number];

/** Class label of a remote. */
export type RemoteClass = LinkLocalClass | 'other';
