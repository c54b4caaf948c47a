{foreach $stores.stores|filter:'distance':'<':10|orderby:'distance' as $store}
{$store} ({$store.city}), ask for {$store.manager.name}{if $store.open_on_sunday}, open on Sunday{/if}

{/foreach}
