import { business, type Customer } from "./people.ts";

export type Json = Readonly<Record<string, unknown>>;

/** A delivery's document around its changes; changes that carry no time of their own have it here, in seconds. */
export function envelope(changes: readonly Json[], time?: number): Json {
  const entry = { id: business.accountId, ...(time !== undefined && { time }), changes };
  return { object: "whatsapp_business_account", entry: [entry] };
}

/** A change about one number of the business. */
export function numberChange(field: string, value: Json): Json {
  const metadata = {
    display_phone_number: business.displayPhoneNumber,
    phone_number_id: business.phoneNumberId,
  };
  return { value: { messaging_product: "whatsapp", metadata, ...value }, field };
}

export function contact({ number, userId, parentUserId, name, username }: Customer): Json {
  return {
    profile: { name, ...(username !== undefined && { username }) },
    ...(number !== undefined && { wa_id: number }),
    ...(userId !== undefined && { user_id: userId }),
    ...(parentUserId !== undefined && { parent_user_id: parentUserId }),
  };
}
