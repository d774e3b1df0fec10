/**
 * Who appears in the demo. The numbers are from ranges set aside for fiction: Ofcom's mobile numbers 07700 900000 to
 * 900999, and 555-0100 to 555-0199 of the North American plan. User ids and account ids are made up.
 */
export interface Customer {
  /** Absent: somebody who hides the number behind a user name. */
  readonly number?: string;
  readonly userId?: string;
  readonly parentUserId?: string;
  readonly name: string;
  readonly username?: string;
}

export const testShopper = { number: "447700900123", name: "Conceição Araújo" } as const satisfies Customer;

export const secondShopper = { number: "447700900456", name: "João Peçanha" } as const satisfies Customer;

/** Shows a number and user ids. */
export const thirdShopper = {
  number: "447700900789",
  userId: "BR.90417735520861147302",
  parentUserId: "BR.ENT.55208611473029041773",
  name: "Zoë Nuñez",
  username: "zoe.n",
} as const satisfies Customer;

/** Shows a user id and no number. */
export const unnumberedShopper = {
  userId: "BR.11473029041773552086",
  name: "Íris",
  username: "iris.flores",
} as const satisfies Customer;

export const business = {
  displayPhoneNumber: "12025550142",
  phoneNumberId: "104452097716532",
  accountId: "109911223344556",
} as const;
