/**
 * What a product that embeds this one calls an account: 1 to 200 characters, none of which a CloudEvents attribute must
 * not hold (CloudEvents 1.0, Type System: String).
 */
export const ACCOUNT_REFERENCE = /^[^\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]{1,200}$/u;
