/**
 * Keys: lease, token. Arguments: the instance, how long, the highest token that it knows of. Whoever holds the lease keeps its
 * token; a new holder's is above all others, and no less than the time: `TIME` is asked in case nothing is known of them any more.
 */
export const LEASE_SCRIPT = `
local token = math.max(tonumber(redis.call('GET', KEYS[2]) or 0), tonumber(ARGV[3]))
local its, holder = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+) (.*)$')
if its and holder ~= ARGV[1] then return { 'held', string.format('%d', token) } end
if its and tonumber(its) >= token then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return { 'leased', its }
end
local time = redis.call('TIME')
token = math.max(token + 1, time[1] * 1000 + math.floor(time[2] / 1000))
local text = string.format('%d', token)
redis.call('SET', KEYS[2], text)
redis.call('SET', KEYS[1], text .. ' ' .. ARGV[1], 'PX', ARGV[2])
return { 'leased', text }
`;

/** Keys: lease. Argument: the instance. */
export const RELEASE_SCRIPT = `
local holder = string.match(redis.call('GET', KEYS[1]) or '', '^%d+ (.*)$')
if holder == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 'released'
`;

/** The first key is the token that is known, the first argument the writer's. A store that knows of none has lost it. */
const LEADS = `
local known, token = tonumber(redis.call('GET', KEYS[1]) or 0), tonumber(ARGV[1])
if known == 0 or token < known then return 'overtaken' end
if token > known then redis.call('SET', KEYS[1], string.format('%d', token)) end
`;

/** Keys: token, progress. Arguments: token, text, how long. */
export const KEEP_SCRIPT = `${LEADS}
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 'written'
`;

/** Keys: cursor, messages, order. */
export const WAITING_SCRIPT = `
local found, keys = { redis.call('GET', KEYS[1]) }, redis.call('ZRANGE', KEYS[3], 0, -1)
for _, key in ipairs(keys) do
  table.insert(found, key)
  table.insert(found, redis.call('HGET', KEYS[2], key) or '')
end
return found
`;

/** Keys: token, cursor, messages, order. Arguments: token, cursor, how many keys go, these, and key and message of what comes. */
export const PUT_SCRIPT = `${LEADS}
local last = 3 + tonumber(ARGV[3])
for i = 4, last do
  redis.call('HDEL', KEYS[3], ARGV[i])
  redis.call('ZREM', KEYS[4], ARGV[i])
end
local newest = redis.call('ZRANGE', KEYS[4], -1, -1, 'WITHSCORES')
local number = tonumber(newest[2] or 0)
for i = last + 1, #ARGV, 2 do
  if redis.call('HSETNX', KEYS[3], ARGV[i], ARGV[i + 1]) == 1 then
    number = number + 1
    redis.call('ZADD', KEYS[4], number, ARGV[i])
  end
end
redis.call('SET', KEYS[2], ARGV[2])
return 'written'
`;

/** Keys: token, checkpoints. Arguments: token, text, now, how many, how long. */
export const ADD_SCRIPT = `${LEADS}
local list, now = KEYS[2], tonumber(ARGV[3])
local last = redis.call('LINDEX', list, 0)
-- Said again, because nobody knew whether it was kept.
if not last or string.match(last, '^%d+ (.*)$') ~= ARGV[2] then
  redis.call('LPUSH', list, string.format('%d', now) .. ' ' .. ARGV[2])
end
redis.call('LTRIM', list, 0, tonumber(ARGV[4]) - 1)
while true do
  local oldest = redis.call('LINDEX', list, -1)
  if not oldest or tonumber(string.match(oldest, '^%d+')) >= now - tonumber(ARGV[5]) then break end
  redis.call('RPOP', list)
end
redis.call('PEXPIRE', list, ARGV[5])
return 'written'
`;
