<h1>Hello {$crm.customer[$profile.customer_id].firstname}</h1>
{foreach $crm.customer[$profile.customer_id].orders|orderby:'created_at':'desc'|limit:3 as $order}
  <p>{$order.number}: {$order.status}</p>
{foreachelse}
  <p>You have not ordered yet.</p>
{/foreach}
