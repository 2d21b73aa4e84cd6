-- Where the card stands that tells in the sharing channel how to share: it is changed when the rules it tells change.
ALTER TABLE sharing_rules ADD COLUMN welcome_channel_id INTEGER;
ALTER TABLE sharing_rules ADD COLUMN welcome_message_id INTEGER;
