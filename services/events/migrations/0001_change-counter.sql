-- The counter's only row. The epoch tells this database's resume tokens from another's.
INSERT INTO `change_counter` (`id`, `value`, `epoch`) VALUES (1, 0, UUID());
