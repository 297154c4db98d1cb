/** The lock that an append takes last; whoever holds it keeps the statement of a page just before its end. */
export const APPEND_LOCK = '7165066978298918004';
